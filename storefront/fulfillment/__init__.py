"""The shop floor: stores, slots, holds, orders, hand-over, delivery jobs and couriers."""
