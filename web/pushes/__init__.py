"""Handing in by pushing: repositories that students link, their tokens, CI without a secret, and webhooks."""
