"""Pages for people: the shop floor's board and counter, the customer's page, the courier's."""
