"""An order of one store: what is picked, packed and handed over."""
