//! The city: its assets, networks, terrain and standards.
