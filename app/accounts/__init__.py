"""Accounts: who may sign in, with which roles and scope."""

from app.accounts.passwords import check_policy, hash_password, verify_password
from app.accounts.queries import (
    AccountRead,
    GrantRead,
    any_account,
    count_accounts,
    find_accounts,
    get_account,
    reset_link_is_open,
    roles_of,
)
from app.accounts.service import (
    GrantWanted,
    add_token,
    change_password,
    create_account,
    create_first_administrator,
    disable_account,
    enable_account,
    make_reset_link,
    set_crews,
    set_grants,
    set_lang,
    use_reset_link,
)
from app.accounts.signing_in import sign_in

__all__ = [
    "AccountRead",
    "GrantRead",
    "GrantWanted",
    "add_token",
    "any_account",
    "change_password",
    "check_policy",
    "count_accounts",
    "create_account",
    "create_first_administrator",
    "disable_account",
    "enable_account",
    "find_accounts",
    "get_account",
    "hash_password",
    "make_reset_link",
    "reset_link_is_open",
    "roles_of",
    "set_crews",
    "set_grants",
    "set_lang",
    "sign_in",
    "use_reset_link",
    "verify_password",
]
