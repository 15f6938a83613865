"""Who is who: signing in and out, sessions that can be ended, invitations, second factors, tokens."""
