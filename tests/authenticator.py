"""A person's authenticator app, and the sign-ins it is for."""

import time

import pyotp

from tests.person import PASSWORD, Answer, Person

STEP_S = 30


class App:
    """An app that knows one secret. It gives each code once, from the oldest that still counts on."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)
        self._given = 0

    def code(self) -> str:
        """Return a code that was not given yet: three of them count at any moment."""
        self._given = max(self._given + 1, int(time.time()) // STEP_S - 1)
        return self.totp.generate_otp(self._given)

    def wrong(self) -> str:
        """Return a code that counts neither now nor soon."""
        present = int(time.time()) // STEP_S
        near = {self.totp.generate_otp(step) for step in range(present - 4, present + 8)}
        return next(code for n in range(1000) if (code := f"{n:06}") not in near)


async def set_up_app(person: Person, **proof: object) -> tuple[App, list[str]]:
    """Set up an authenticator app, and return it and the recovery codes; `proof` is what is shown of the one before."""
    setup = await person.post("/api/v1/me/second-factor/totp", {"password": PASSWORD, **proof})
    app = App(setup["secret"])
    confirmed = await person.post("/api/v1/me/second-factor/totp/confirm", {"code": app.code()}, status=200)
    return app, confirmed["recovery_codes"]


async def begin_sign_in(person: Person) -> str:
    """Give the right password, and return the challenge that follows."""
    answer = await person.ask("POST", "/api/v1/auth/login", {"email": person.email, "password": PASSWORD})
    assert answer.status == 200, answer.body
    assert "parlour_refresh" not in answer.cookies
    assert "access_token" not in answer.body
    return str(answer.body["challenge"]["id"])


async def second_step(person: Person, challenge: str, **step: object) -> Answer:
    """Take the second step of a sign-in."""
    return await person.ask("POST", "/api/v1/auth/login/second", {"challenge": challenge, **step})
