"""Programs that act for a person: OAuth 2.0 with registered clients, and the public doors of the OpenCDE Foundation API."""
