"""The one place where files are handed out: permission is asked of the room to which the file's subject belongs."""
