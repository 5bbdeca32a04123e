"""What an embedded run starts: real servers, each in a folder, each ending with its launcher."""
