"""Names of coordinates and of parts of a plan in sentences; their ids, which stand in files and in JSON, stay English."""

from crmbudget.wording import say

_WORDS = {
    "segment": say("segment"), "category": say("category"), "activity": say("activity"), "channel": say("channel"),
    "period": say("period"), "owner": say("owner"), "plan": say("plan"), "step": say("step"), "limit": say("limit"),
    "calendar": say("calendar"), "scenario": say("scenario"), "reserve": say("reserve"), "unassigned": say("unassigned"),
    "rounding": say("rounding"), "cause": say("cause"), "action": say("action"), "share": say("share"), "weight": say("weight"), "value": say("value"),
    "segments": say("segments"), "activities": say("activities"), "channels": say("channels"), "periods": say("periods"),
    "customers": say("customers"), "cost": say("cost"), "times": say("times"), "contacts": say("contacts"),
    "min": say("min"), "max": say("max"), "fixed": say("fixed"),
}  # fmt: skip


def word_of(name: str) -> str:
    """The word for people; the name itself where it has none.

    >>> word_of("segment"), word_of("e-mail")
    ('segment', 'e-mail')
    """
    return _WORDS.get(name, name)
