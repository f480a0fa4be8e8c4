//! What leaves the twin: frames for viewers and consoles. Knows nothing of physics, actors or the city model.
