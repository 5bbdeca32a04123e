"""What forms and addresses of pages carry."""

from typing import Annotated

from fastapi import File, Form, Query, UploadFile
from pydantic import AfterValidator

from boxoffice.services.web import model

Text = Annotated[str, Form()]
Flag = Annotated[bool, Form()]
Picture = Annotated[UploadFile | str | None, File()]  # text where a form was sent without files
FromForm = Annotated[str, AfterValidator(model.local_path), Form()]  # where to go on afterwards
FromQuery = Annotated[str, AfterValidator(model.local_path), Query()]
