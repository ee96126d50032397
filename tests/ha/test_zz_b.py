from tests.ha.test_receiver_faults import *
from tests.ha.test_receiver_faults import HOUSE
import asyncio, time
async def test_dbg(house, monkeypatch):
    receiver, login = house.device, house.entry.runtime_data.driver.client.transport.login
    receiver.lock_out()
    await house.poll()
    receiver.requests.clear()
    for _ in range(3):
        await receiver.tamper(HOUSE, 4)
        await receiver.pir(HOUSE, 3)
        await house.poll()
    receiver.auth.unlock()
    house.change()
    lock = receiver.auth.lock_seconds
    monkeypatch.setattr(login, "_clock", lambda: time.monotonic() + lock + 1)
    for timer in get_scheduled_timer_handles(house.hass.loop):
        d = timer.when() - house.hass.loop.time()
        if not timer.cancelled() and d > 60: print(d, timer)
        if not timer.cancelled() and lock - 10 < d < lock + 10:
            timer._run()
            timer.cancel()
    await asyncio.sleep(2)
    print(house.coordinator.last_update_success, len(receiver.requests), [r.path for r in receiver.requests], [r.status for r in receiver.requests])
    r=house.real(); print({k:(v,r[k]) for k,v in house.shown().items() if r[k]!=v})
    u=[u for u in house.entry.runtime_data.driver.fleet.panels()][0]
    print(u.failures, u.rests_until-time.monotonic(), u.looked_at-time.monotonic())
    house.change()
    await receiver.close_zone(HOUSE, 4)
    await asyncio.sleep(2)
    print(house.coordinator.last_update_success, len(receiver.requests), [r.path for r in receiver.requests], [r.status for r in receiver.requests])
    r=house.real(); print({k:(v,r[k]) for k,v in house.shown().items() if r[k]!=v})
    1/0
