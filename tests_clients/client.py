"""Uses the simulated router through Debian's python3-librouteros: client.py PORT VERSION."""

import sys

import librouteros
from librouteros.exceptions import TrapError
from librouteros.login import plain, token
from librouteros.query import And, Key, Or

port, version = int(sys.argv[1]), sys.argv[2]
method = token if version == "6.42" else plain


def connect(password):
    return librouteros.connect("127.0.0.1", "admin", password, port=port, login_method=method)


def fails(message, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except TrapError as error:
        assert message in str(error), error
    else:
        raise AssertionError("no trap: " + message)


fails("cannot log in" if version == "6.42" else "invalid user name or password (6)", connect, "wrong")
api = connect("secret")

interfaces = list(api.path("interface"))
assert [row["name"] for row in interfaces][:2] == ["ether1", "ether2"], interfaces
assert len(interfaces) == 10 and interfaces[0]["running"] is True, interfaces

addresses = api.path("ip", "address")
added = addresses.add(address="10.1.2.3/16", interface="ether3")
assert added == "*4", added
addresses.update(**{".id": added, "comment": "changed"})
key, address, comment = Key(".id"), Key("address"), Key("comment")
found = list(addresses.select(address, comment).where(key == added))
assert found == [{"address": "10.1.2.3/16", "comment": "changed"}], found
fails("failure: already have such address", addresses.add, address="10.1.2.3/16", interface="ether3")
fails("unknown parameter", addresses.add, address="10.1.2.4/16", interface="ether3", color="red")
addresses.remove(added)
fails("no such item", addresses.remove, added)
fails("no such command", lambda: list(api("/nowhere/print")))

name, mtu = Key("name"), Key("type")
found = list(api.path("interface").select(name).where(Or(name == "ether1", And(mtu == "bridge", name != "x"))))
assert found == [{"name": "ether1"}, {"name": "bridge1"}], found
assert len(list(api.path("ip", "firewall", "address-list"))) == 5000
if version != "7.18":  # it does not know !empty
    assert list(api.path("interface").select(name).where(name == "none")) == []

rates = list(api("/interface/monitor-traffic", interface="ether1", duration="3s"))
assert len(rates) == 3 and rates[0]["name"] == "ether1", rates
assert list(api("/system/identity/print")) == [{"name": "MikroTik"}]
api.close()
print("content")
