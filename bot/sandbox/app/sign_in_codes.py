"""Authorization codes of Sign in with Slack and of installing the app."""

from dataclasses import dataclass

CODE_LIFE_S = 600.0


@dataclass
class SignInCode:
    """An authorization code: one use, ten minutes.

    `kind` is openid or install; `auth_time` is that of the id_token, in seconds.
    """

    user_id: str
    redirect_uri: str | None
    nonce: str | None
    scopes: frozenset[str]
    issued_at: float
    code_challenge: str | None = None
    kind: str = "openid"
    auth_time: int | None = None
