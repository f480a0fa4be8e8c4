//! Snapshots: the bytes of a world, and their refusal where they do not fit.
//!
//! Layout, little-endian: magic `TWINSNAP` · format version u32 · fingerprint of the specification u64 · number of
//! parts u32 · per part its length u64 and its bytes (the core, then each network) · BLAKE3 of all that.

use super::World;
use super::core::Core;
use super::network::NetworkError;

const MAGIC: &[u8; 8] = b"TWINSNAP";
/// The format this build writes. Readers of earlier formats are added beside, never replaced.
pub const VERSION: u32 = 1;

/// Why bytes are not a snapshot of this world.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SnapshotError {
    /// Not a snapshot at all.
    #[error("SNAP-001: not a snapshot: it does not begin with TWINSNAP")]
    Magic,
    /// Written by a later build.
    #[error("SNAP-002: snapshot format {found}, this build reads up to {VERSION}; use the build that wrote it")]
    Version {
        /// The format found.
        found: u32,
    },
    /// Of another city, scenario or model.
    #[error("SNAP-003: the snapshot is of another specification ({found:016x}, here {wanted:016x})")]
    Fingerprint {
        /// The fingerprint found.
        found: u64,
        /// The fingerprint of this world.
        wanted: u64,
    },
    /// Cut short or changed.
    #[error("SNAP-004: the snapshot is damaged: {0}")]
    Damaged(String),
    /// A network refused its part.
    #[error("SNAP-005: network {name}: {error}")]
    Network {
        /// The network.
        name: String,
        /// Why.
        error: NetworkError,
    },
}

/// Puts parts into the container.
#[must_use]
pub fn pack(fingerprint: u64, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|p| p.len() + 8).sum::<usize>() + 64);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&fingerprint.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(parts.len()).unwrap_or(u32::MAX).to_le_bytes());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    let hash = blake3::hash(&bytes);
    bytes.extend_from_slice(hash.as_bytes());
    bytes
}

/// Takes the parts out of the container.
///
/// # Errors
/// When the bytes are not a whole snapshot of this format and fingerprint.
pub fn unpack(bytes: &[u8], fingerprint: u64) -> Result<Vec<&[u8]>, SnapshotError> {
    let damaged = |what: &str| SnapshotError::Damaged(what.to_owned());
    if bytes.get(..8) != Some(MAGIC) {
        return Err(SnapshotError::Magic);
    }
    let version = bytes.get(8..12).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let version = version.ok_or_else(|| damaged("cut short in its header"))?;
    if version != VERSION {
        return Err(SnapshotError::Version { found: version });
    }
    let split = bytes.len().checked_sub(32).filter(|at| *at >= 24).ok_or_else(|| damaged("cut short"))?;
    let (body, hash) = bytes.split_at(split);
    if blake3::hash(body).as_bytes() != hash {
        return Err(damaged("its checksum does not match"));
    }
    let found = u64::from_le_bytes(body[12..20].try_into().unwrap_or_default());
    if found != fingerprint {
        return Err(SnapshotError::Fingerprint { found, wanted: fingerprint });
    }
    let count = u32::from_le_bytes(body[20..24].try_into().unwrap_or_default());
    let (mut parts, mut rest) = (Vec::new(), &body[24..]);
    for _ in 0..count {
        let (len, tail) = rest.split_at_checked(8).ok_or_else(|| damaged("a part is missing"))?;
        let len = usize::try_from(u64::from_le_bytes(len.try_into().unwrap_or_default())).unwrap_or(usize::MAX);
        let (part, tail) = tail.split_at_checked(len).ok_or_else(|| damaged("a part is cut short"))?;
        parts.push(part);
        rest = tail;
    }
    if rest.is_empty() { Ok(parts) } else { Err(damaged("there is more than its parts")) }
}

impl World {
    /// The bytes of this world.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        // Serialising plain vectors to memory fails only without memory.
        let mut parts = vec![postcard::to_stdvec(&self.core).unwrap_or_default()];
        parts.extend(self.networks.iter().map(|n| n.save()));
        pack(self.spec.fingerprint(), &parts)
    }

    /// Takes the state out of the bytes of a world of the same specification.
    ///
    /// # Errors
    /// When the bytes do not fit; this world is then what it was.
    pub fn load(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let parts = unpack(bytes, self.spec.fingerprint())?;
        if parts.len() != self.networks.len() + 1 {
            return Err(SnapshotError::Damaged(format!("{} parts", parts.len())));
        }
        let core: Core = postcard::from_bytes(parts[0]).map_err(|e| SnapshotError::Damaged(e.to_string()))?;
        let mut networks = Vec::with_capacity(self.networks.len());
        for (network, part) in self.networks.iter().zip(&parts[1..]) {
            let mut fork = network.fork();
            let name = network.name().to_owned();
            fork.load(part).map_err(|error| SnapshotError::Network { name, error })?;
            networks.push(fork);
        }
        (self.core, self.networks) = (core, networks);
        Ok(())
    }
}
