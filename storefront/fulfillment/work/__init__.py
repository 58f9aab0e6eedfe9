"""What people and machines do on the shop floor: each verb is one write, with all its effects."""
