"""The demonstration district: fictional, written by this project, the same at every seeding."""
