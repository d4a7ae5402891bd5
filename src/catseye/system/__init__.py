"""The machine: files, locks, folders, downloads, threads, memory, devices, progress."""
