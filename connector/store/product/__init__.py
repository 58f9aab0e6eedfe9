"""A product on its way in: made ready, taken apart, compared with what stands, stored."""
