"""The socket: wire format, client, server."""
