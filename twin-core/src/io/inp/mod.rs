//! EPANET `.inp` files: read, checked, written.
