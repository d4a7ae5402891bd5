"""From archives to pictures on disk: found or downloaded, unpacked, prepared once."""
