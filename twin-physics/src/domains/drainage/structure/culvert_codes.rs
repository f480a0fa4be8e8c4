//! Constants of the 57 inlet types.
//!
//! *Source:* Schall et al. (2012), *Hydraulic Design of Highway Culverts*, HDS-5 third edition, FHWA-HIF-12-026,
//! appendix A, in the selection and numbering of SWMM 5.2 (User's Manual EPA-600/R-22/030, table A.10).

/// Constants of an inlet: equation form (1 or 2), K, M, c, Y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inlet(pub u8, pub f64, pub f64, pub f64, pub f64);

/// By code, from 1.
pub(super) const INLETS: [Inlet; 57] = [
    // Circular concrete: square edge with headwall, groove end with headwall, groove end projecting.
    Inlet(1, 0.0098, 2.00, 0.0398, 0.67),
    Inlet(1, 0.0018, 2.00, 0.0292, 0.74),
    Inlet(1, 0.0045, 2.00, 0.0317, 0.69),
    // Circular corrugated metal: headwall, mitered to slope, projecting.
    Inlet(1, 0.0078, 2.00, 0.0379, 0.69),
    Inlet(1, 0.0210, 1.33, 0.0463, 0.75),
    Inlet(1, 0.0340, 1.50, 0.0553, 0.54),
    // Circular, beveled ring: 45°, 33.7°.
    Inlet(1, 0.0018, 2.50, 0.0300, 0.74),
    Inlet(1, 0.0018, 2.50, 0.0243, 0.83),
    // Box with flared wingwalls: 30–75°, 90° or 15°, 0°.
    Inlet(1, 0.026, 1.0, 0.0347, 0.81),
    Inlet(1, 0.061, 0.75, 0.0400, 0.80),
    Inlet(1, 0.061, 0.75, 0.0423, 0.82),
    // Box with flared wingwalls and top edge bevel: 45°, 18–33.7°.
    Inlet(2, 0.510, 0.667, 0.0309, 0.80),
    Inlet(2, 0.486, 0.667, 0.0249, 0.83),
    // Box, 90° headwall: chamfered ¾ in, beveled 45°, beveled 33.7°.
    Inlet(2, 0.515, 0.667, 0.0375, 0.79),
    Inlet(2, 0.495, 0.667, 0.0314, 0.82),
    Inlet(2, 0.486, 0.667, 0.0252, 0.865),
    // Box, skewed headwall: chamfered 45°, 30°, 15°; beveled 10–45°.
    Inlet(2, 0.545, 0.667, 0.04505, 0.73),
    Inlet(2, 0.533, 0.667, 0.0425, 0.705),
    Inlet(2, 0.522, 0.667, 0.0402, 0.68),
    Inlet(2, 0.498, 0.667, 0.0327, 0.75),
    // Box, non-offset flared wingwalls, ¾ in chamfer: 45°, 18.4°, 18.4° skewed by 30°.
    Inlet(2, 0.497, 0.667, 0.0339, 0.803),
    Inlet(2, 0.493, 0.667, 0.0361, 0.806),
    Inlet(2, 0.495, 0.667, 0.0386, 0.71),
    // Box, offset flared wingwalls, beveled top: 45°, 33.7°, 18.4°.
    Inlet(2, 0.497, 0.667, 0.0302, 0.835),
    Inlet(2, 0.495, 0.667, 0.0252, 0.881),
    Inlet(2, 0.493, 0.667, 0.0227, 0.887),
    // Corrugated metal box: 90° headwall, thick wall projecting, thin wall projecting.
    Inlet(1, 0.0083, 2.00, 0.0379, 0.69),
    Inlet(1, 0.0145, 1.75, 0.0419, 0.64),
    Inlet(1, 0.0340, 1.50, 0.0496, 0.57),
    // Horizontal ellipse, concrete: square edge with headwall, grooved with headwall, grooved projecting.
    Inlet(1, 0.0100, 2.00, 0.0398, 0.67),
    Inlet(1, 0.0018, 2.50, 0.0292, 0.74),
    Inlet(1, 0.0045, 2.00, 0.0317, 0.69),
    // Vertical ellipse, concrete: the same three.
    Inlet(1, 0.0100, 2.00, 0.0398, 0.67),
    Inlet(1, 0.0018, 2.50, 0.0292, 0.74),
    Inlet(1, 0.0095, 2.00, 0.0317, 0.69),
    // Pipe arch, 18 in corners, corrugated metal: 90° headwall, mitered, projecting.
    Inlet(1, 0.0083, 2.00, 0.0379, 0.69),
    Inlet(1, 0.0300, 1.00, 0.0463, 0.75),
    Inlet(1, 0.0340, 1.50, 0.0496, 0.57),
    // Pipe arch, 18 in corners: projecting, no bevels, 33.7° bevels.
    Inlet(1, 0.0300, 1.50, 0.0496, 0.57),
    Inlet(1, 0.0088, 2.00, 0.0368, 0.68),
    Inlet(1, 0.0030, 2.00, 0.0269, 0.77),
    // Pipe arch, 31 in corners: the same three.
    Inlet(1, 0.0300, 1.50, 0.0496, 0.57),
    Inlet(1, 0.0088, 2.00, 0.0368, 0.68),
    Inlet(1, 0.0030, 2.00, 0.0269, 0.77),
    // Arch, corrugated metal: 90° headwall, mitered, thin wall projecting.
    Inlet(1, 0.0083, 2.00, 0.0379, 0.69),
    Inlet(1, 0.0300, 1.00, 0.0473, 0.75),
    Inlet(1, 0.0340, 1.50, 0.0496, 0.57),
    // Circular, tapered throat: smooth, rough.
    Inlet(2, 0.534, 0.555, 0.0196, 0.90),
    Inlet(2, 0.519, 0.640, 0.0210, 0.90),
    // Elliptical face, tapered: beveled edges, square edges, thin edge projecting.
    Inlet(2, 0.536, 0.622, 0.0368, 0.83),
    Inlet(2, 0.5035, 0.719, 0.0478, 0.80),
    Inlet(2, 0.547, 0.800, 0.0598, 0.75),
    // Rectangular, tapered throat.
    Inlet(2, 0.475, 0.667, 0.0179, 0.97),
    // Rectangular concrete, side tapered: less and more favorable edges.
    Inlet(2, 0.560, 0.667, 0.0446, 0.85),
    Inlet(2, 0.560, 0.667, 0.0378, 0.87),
    // Rectangular concrete, slope tapered: less and more favorable edges.
    Inlet(2, 0.500, 0.667, 0.0446, 0.65),
    Inlet(2, 0.500, 0.667, 0.0378, 0.71),
];
