"""The second factor of an account: what is set up, and checking what somebody shows of it.

A second step is asked for after the password from the moment somebody has an authenticator app or a passkey; the first
of them comes with recovery codes. With the last of them the second step goes, and the codes with it.
"""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import InvalidError, ParlourError, TooManyError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.sign_in import SecondFactorState, SecondMethod, SecondStep
from parlour.core.people import account_notes, demand, passkeys, recovery, totp
from parlour.core.store.second_factors import SecondFactor


async def state(house: House, user_id: UserId) -> SecondFactorState:
    """Return how somebody's sign-in is guarded."""
    factor, count = await house.second_factors.get(user_id), len(await house.passkeys.of(user_id))
    on = factor.totp is not None or count > 0
    left = len(factor.recovery)
    return SecondFactorState(
        on=on,
        totp_since=factor.totp_since,
        passkeys=count,
        recovery_codes_left=left,
        few_left=on and left <= house.settings.recovery_codes_few,
        has_password=await house.users.password_hash(user_id) is not None,
        demanded=[] if on else await demand.demanded_of(house, user_id),
    )


async def methods_of(house: House, user_id: UserId) -> list[SecondMethod]:
    """Return by what somebody can take a second step; nothing when none is asked of them."""
    factor = await house.second_factors.get(user_id)
    methods: list[SecondMethod] = []
    if factor.totp is not None:
        methods.append("totp")
    if await house.passkeys.of(user_id):
        methods.append("passkey")
    if methods and factor.recovery:
        methods.append("recovery_code")
    return methods


async def check(house: House, user_id: UserId, step: SecondStep) -> None:
    """Check a second step, and use it up.

    Raises:
        InvalidError: `wrong_code` or `wrong_passkey`, naming the field; `code_needed` when there is none.
        TooManyError: too many wrong codes (setting `second_factor_failures`).
    """
    if step.passkey is not None:
        await passkeys.check_second_step(house, user_id, step.passkey)
    elif step.recovery_code is not None:
        await _use_recovery(house, user_id, step.recovery_code)
    elif step.code is not None:
        await _use_code(house, user_id, step.code)
    else:
        raise InvalidError.field("code", "A code of your authenticator app is needed.", "code_needed")


async def has_gone(house: House, user_id: UserId) -> None:
    """Forget the recovery codes of somebody of whom no second step is asked any more."""
    if not await methods_of(house, user_id):
        await house.second_factors.forget_recovery(user_id)


async def _use_code(house: House, user_id: UserId, typed: str) -> None:
    factor = await house.second_factors.get(user_id)
    if factor.totp is None:
        raise _wrong_code()
    await _count_attempt(house, user_id)
    if not await _is_used(house, user_id, factor, typed):
        raise _wrong_code()
    await house.second_factors.forget_tries(user_id)


async def _is_used(house: House, user_id: UserId, factor: SecondFactor, typed: str) -> bool:
    step = totp.matching_step(house.settings, user_id, factor.totp or b"", typed)
    if step is None:
        return False
    if await house.second_factors.use_step(user_id, step):
        return True
    await account_notes.tell_of_used_code(house, user_id)
    return False


async def _count_attempt(house: House, user_id: UserId) -> None:
    most, window = house.settings.second_factor_failures, house.settings.second_factor_window_seconds
    since = now() - timedelta(seconds=window)
    if not await house.second_factors.may_try(user_id, most=most, since=since, at=now()):
        raise TooManyError(
            "too_many_codes",
            f"More than {most} wrong codes (second_factor_failures). Use a recovery code or a passkey, or wait.",
            retry_after=window,
        )


async def _use_recovery(house: House, user_id: UserId, typed: str) -> None:
    left = await recovery.use(house, user_id, typed)
    if left is None:
        raise InvalidError.field(
            "recovery_code", "This is none of your recovery codes, or it was used before.", "wrong_code"
        )
    await account_notes.tell(
        house, user_id, "member.recovery_code_used", f"used a recovery code; {left} left"
    )


def _wrong_code() -> ParlourError:
    return InvalidError.field(
        "code", "This code is not right, or was used before. Wait for the app's next one.", "wrong_code"
    )
