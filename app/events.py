"""History kinds of accounts, on the district's own stream; an account is named by its id."""

from __future__ import annotations

from registry.history import HistoryEvent, kind


@kind("account.created", zh="新建账号 {account}，角色 {role}", en="Created account {account} with role {role}")
class AccountCreated(HistoryEvent, frozen=True):
    """An account was created."""

    account: int
    role: str


@kind("account.changed", zh="账号 {account}：{what_zh}", en="Account {account}: {what_en}")
class AccountChanged(HistoryEvent, frozen=True):
    """An account's grants, crews, password or state changed."""

    account: int
    what_zh: str
    what_en: str
