"""Personal data: kept apart from orders and jobs, shown to few, forgotten in time."""
