"""What forms and addresses of pages carry."""

from typing import Annotated

from fastapi import Form, Query
from pydantic import AfterValidator

from boxoffice.services.web import model

Text = Annotated[str, Form()]
Flag = Annotated[bool, Form()]
FromForm = Annotated[str, AfterValidator(model.local_path), Form()]  # where to go on afterwards
FromQuery = Annotated[str, AfterValidator(model.local_path), Query()]
