import pytest

from connector.platforms.shopify.throttle import Cost, CostBucket, ThrottleStatus


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket(clock: Clock) -> CostBucket:
    return CostBucket(clock=clock, sleep=clock.sleep)


def told(left: float, requested: float = 100, rate: float = 50, size: float = 1000) -> Cost:
    return Cost(requested, ThrottleStatus(size, left, rate))


def test_nothing_is_assumed_before_the_first_answer(bucket: CostBucket, clock: Clock) -> None:
    bucket.settle("q", bucket.reserve("q"), None)

    assert (clock.slept, bucket.filled) == ([], False)


def test_a_known_cost_waits_until_it_fits(bucket: CostBucket, clock: Clock) -> None:
    bucket.settle("q", bucket.reserve("q"), told(left=25))

    bucket.reserve("q")

    assert clock.slept == [pytest.approx((100 - 25) / 50)]


def test_points_that_refilled_meanwhile_count_up_to_the_size(
    bucket: CostBucket, clock: Clock
) -> None:
    bucket.settle("q", bucket.reserve("q"), told(left=0, size=150))
    clock.now = 1e6

    bucket.reserve("q")
    bucket.reserve("q")

    assert clock.slept == [pytest.approx((200 - 150) / 50)]


def test_requests_in_flight_count_until_they_are_settled(bucket: CostBucket, clock: Clock) -> None:
    bucket.settle("q", bucket.reserve("q"), told(left=150))
    first = bucket.reserve("q")

    bucket.settle("q", first, told(left=150))
    bucket.reserve("q")

    assert clock.slept == []


def test_no_wait_is_longer_than_a_minute(bucket: CostBucket, clock: Clock) -> None:
    bucket.settle("q", 0, told(left=0, rate=0.001))

    bucket.reserve("q")

    assert clock.slept == [60]


def test_a_rate_of_nothing_does_not_stop_the_world(bucket: CostBucket, clock: Clock) -> None:
    bucket.settle("q", 0, told(left=0, rate=0))

    bucket.reserve("q")

    assert clock.slept == []
