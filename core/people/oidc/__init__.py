"""Signing in by other servers (OpenID Connect Core 1.0): authorization code with PKCE, state and nonce."""
