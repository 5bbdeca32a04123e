"""Pictures that people upload: made harmless, sized, kept and shown.

`album` is what services use; `darkroom` runs `develop`, the one program that opens what strangers
send, in a process of its own; `picture` is what is remembered of each.
"""
