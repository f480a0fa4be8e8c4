//! Graphs of networks: incidence and connectivity.
