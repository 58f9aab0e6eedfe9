"""The demo: two fake shops to practise on."""
