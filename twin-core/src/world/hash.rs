//! The hash of a state: BLAKE3 over its canonical bytes.
//!
//! Numbers as little-endian bytes, −0.0 as +0.0, every NaN as one, lengths and enum variants as 8 bytes. Field names do
//! not count, so renaming a field changes no hash; reordering does.

use serde::{Serialize, ser};

/// The BLAKE3 hash of a value's canonical bytes.
#[must_use]
pub fn state_hash<T: Serialize + ?Sized>(value: &T) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hash_into(value, &mut hasher);
    *hasher.finalize().as_bytes()
}

/// Adds a value's canonical bytes to a hash under way.
pub fn hash_into<T: Serialize + ?Sized>(value: &T, hasher: &mut blake3::Hasher) {
    let mut canon = Canon { buffer: Vec::with_capacity(Canon::FULL + 64), hasher };
    // A value that cannot be serialised is hashed up to that point and marked: it never equals a whole one.
    if value.serialize(&mut canon).is_err() {
        canon.put(b"unserialisable");
    }
    canon.flush();
}

/// In hexadecimal, as result files show it.
#[must_use]
pub fn hex(hash: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

struct Canon<'a> {
    buffer: Vec<u8>,
    hasher: &'a mut blake3::Hasher,
}

impl Canon<'_> {
    const FULL: usize = 16 * 1024;

    fn put(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= Self::FULL {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.hasher.update(&self.buffer);
        self.buffer.clear();
    }

    fn len(&mut self, n: usize) {
        self.put(&(n as u64).to_le_bytes());
    }
}

/// Why a value could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unhashable(String);

impl ser::Error for Unhashable {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

macro_rules! little_endian {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, v: $type) -> Result<(), Unhashable> {
            self.put(&v.to_le_bytes());
            Ok(())
        }
    )*};
}

impl ser::Serializer for &mut Canon<'_> {
    type Ok = ();
    type Error = Unhashable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    little_endian! {
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32; serialize_i64 i64;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32; serialize_u64 u64;
    }
    fn serialize_bool(self, v: bool) -> Result<(), Unhashable> {
        self.put(&[u8::from(v)]);
        Ok(())
    }
    fn serialize_f32(self, v: f32) -> Result<(), Unhashable> {
        self.serialize_f64(f64::from(v))
    }
    fn serialize_f64(self, v: f64) -> Result<(), Unhashable> {
        let canonical = if v == 0.0 {
            0.0
        } else if v.is_nan() {
            f64::NAN
        } else {
            v
        };
        self.put(&canonical.to_le_bytes());
        Ok(())
    }
    fn serialize_char(self, v: char) -> Result<(), Unhashable> {
        self.put(&u32::from(v).to_le_bytes());
        Ok(())
    }
    fn serialize_str(self, v: &str) -> Result<(), Unhashable> {
        self.serialize_bytes(v.as_bytes())
    }
    fn serialize_bytes(self, v: &[u8]) -> Result<(), Unhashable> {
        self.len(v.len());
        self.put(v);
        Ok(())
    }
    fn serialize_none(self) -> Result<(), Unhashable> {
        self.put(&[0]);
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, v: &T) -> Result<(), Unhashable> {
        self.put(&[1]);
        v.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Unhashable> {
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unhashable> {
        Ok(())
    }
    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Unhashable> {
        self.len(index as usize);
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Result<(), Unhashable> {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        v: &T,
    ) -> Result<(), Unhashable> {
        self.len(index as usize);
        v.serialize(self)
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<Self, Unhashable> {
        self.len(len.ok_or_else(|| Unhashable("a sequence of unknown length".to_owned()))?);
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, Unhashable> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unhashable> {
        Ok(self)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unhashable> {
        self.len(index as usize);
        Ok(self)
    }
    fn serialize_map(self, len: Option<usize>) -> Result<Self, Unhashable> {
        self.serialize_seq(len)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unhashable> {
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unhashable> {
        self.len(index as usize);
        Ok(self)
    }
    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! compound {
    ($($trait:ident $method:ident;)*) => {$(
        impl ser::$trait for &mut Canon<'_> {
            type Ok = ();
            type Error = Unhashable;
            fn $method<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unhashable> { v.serialize(&mut **self) }
            fn end(self) -> Result<(), Unhashable> { Ok(()) }
        }
    )*};
}
compound! {
    SerializeSeq serialize_element; SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field; SerializeTupleVariant serialize_field;
}
macro_rules! named {
    ($($trait:ident)*) => {$(
        impl ser::$trait for &mut Canon<'_> {
            type Ok = ();
            type Error = Unhashable;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, v: &T) -> Result<(), Unhashable> {
                v.serialize(&mut **self)
            }
            fn end(self) -> Result<(), Unhashable> { Ok(()) }
        }
    )*};
}
named! { SerializeStruct SerializeStructVariant }
impl ser::SerializeMap for &mut Canon<'_> {
    type Ok = ();
    type Error = Unhashable;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unhashable> {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Unhashable> {
        v.serialize(&mut **self)
    }
    fn end(self) -> Result<(), Unhashable> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Zero has one hash whatever its sign; any other bit counts.
    #[test]
    fn zero_has_no_sign_and_every_other_bit_counts() {
        assert_eq!(state_hash(&vec![0.0_f64]), state_hash(&vec![-0.0_f64]));
        assert_ne!(state_hash(&vec![1.0_f64]), state_hash(&vec![f64::from_bits(1.0_f64.to_bits() + 1)]));
    }

    /// Where one vector ends and the next begins counts.
    #[test]
    fn lengths_count() {
        assert_ne!(state_hash(&(vec![1_u8], vec![2_u8, 3])), state_hash(&(vec![1_u8, 2], vec![3_u8])));
    }
}
