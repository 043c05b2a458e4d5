//! A tar file of any size in a gzip frame (RFC 1952), with random access.
//!
//! The deflate blocks are stored, not compressed (RFC 1951 section 3.2.4), so that offsets are known. The
//! contents of the files come from a generator that is linear over GF(2), like the CRC at the end of the
//! frame: both are advanced any distance by a power of a matrix.
//!
//! Must never hold more than the requested chunk.
use std::sync::LazyLock;

/// A record of a tar file; a header takes one, and contents are padded to whole records.
const RECORD: u64 = 512;

/// The two empty records that end a tar file.
const END: u64 = 2 * RECORD;

/// The largest file in the archive, in bytes; a tar header has room for a few more.
const LARGEST_FILE: u64 = 1 << 30;

/// The most data in a stored block.
const BLOCK: u64 = 0xffff;

/// The header of a stored block.
const BLOCK_HEAD: u64 = 5;

/// The fixed part of the gzip header and the zero byte that ends the comment.
const FRAME_HEAD: u64 = 11;

/// CRC and length, at the end of the frame.
const TRAILER: u64 = 8;

/// The smallest archive: one empty file.
pub(super) const SMALLEST: u64 = framed(RECORD + END);

/// The size of the gzip frame around `bytes`, without a comment.
const fn framed(bytes: u64) -> u64 {
    FRAME_HEAD + bytes + bytes.div_ceil(BLOCK) * BLOCK_HEAD + TRAILER
}

/// The archive of a snapshot, the same every time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TarGz {
    snapshot: String,
    /// The size of the tar file.
    tar: u64,
    /// The length of the comment in the gzip header, which pads the archive to its size.
    comment: u64,
}

impl TarGz {
    /// An archive of `size` bytes, or as many as the smallest one has.
    pub(super) fn new(snapshot: &str, size: u64) -> Self {
        let size = size.max(SMALLEST);
        let blocks = size - FRAME_HEAD - TRAILER;
        let tar = blocks - blocks.div_ceil(BLOCK_HEAD + BLOCK) * BLOCK_HEAD;
        let tar = tar - tar % RECORD;
        Self {
            snapshot: snapshot.to_owned(),
            tar,
            comment: size - framed(tar),
        }
    }

    pub(super) fn size(&self) -> u64 {
        framed(self.tar) + self.comment
    }

    /// Writes the bytes from offset `from` to `out`; beyond the end of the archive, `out` is not changed.
    pub(super) fn read(&self, mut from: u64, mut out: &mut [u8]) {
        let head = FRAME_HEAD + self.comment;
        let blocks = self.size() - TRAILER;
        while !out.is_empty() && from < self.size() {
            let piece: usize;
            if from < head {
                piece = part(out, head - from);
                self.frame_head(from, &mut out[..piece]);
            } else if from < blocks {
                let (block, within) = divided(from - head, BLOCK_HEAD + BLOCK);
                let length = BLOCK.min(self.tar - block * BLOCK);
                if within < BLOCK_HEAD {
                    piece = part(out, BLOCK_HEAD - within);
                    let is_last = (block + 1) * BLOCK >= self.tar;
                    copy(&block_head(is_last, length), within, &mut out[..piece]);
                } else {
                    let within = within - BLOCK_HEAD;
                    piece = part(out, length - within);
                    self.tar(block * BLOCK + within, &mut out[..piece]);
                }
            } else {
                piece = part(out, self.size() - from);
                copy(&self.trailer(), from - blocks, &mut out[..piece]);
            }
            from += piece as u64;
            out = &mut out[piece..];
        }
    }

    fn frame_head(&self, from: u64, out: &mut [u8]) {
        // Deflate, with a comment, without a time, from an unknown system.
        const FIXED: [u8; 10] = [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 0, 255];
        for (at, byte) in (from..).zip(out) {
            let index = usize::try_from(at).unwrap_or(usize::MAX);
            *byte = match FIXED.get(index) {
                Some(fixed) => *fixed,
                None if at < FIXED.len() as u64 + self.comment => b'.',
                None => 0,
            };
        }
    }

    /// Writes the bytes from offset `from` of the tar file to `out`.
    fn tar(&self, mut from: u64, mut out: &mut [u8]) {
        while !out.is_empty() {
            let (file, within) = divided(from, RECORD + LARGEST_FILE);
            let piece: usize;
            if from >= self.tar - END {
                piece = out.len();
                out.fill(0);
            } else if within < RECORD {
                piece = part(out, RECORD - within);
                copy(&self.file_head(file), within, &mut out[..piece]);
            } else {
                let within = within - RECORD;
                piece = part(out, self.file_size(file) - within);
                contents(self.seed(file), within, &mut out[..piece]);
            }
            from += piece as u64;
            out = &mut out[piece..];
        }
    }

    fn files(&self) -> u64 {
        (self.tar - END).div_ceil(RECORD + LARGEST_FILE)
    }

    fn file_size(&self, file: u64) -> u64 {
        let rest = self.tar - END - file * (RECORD + LARGEST_FILE);
        rest.min(RECORD + LARGEST_FILE) - RECORD
    }

    /// The header of a file, as POSIX has it (`ustar`).
    fn file_head(&self, file: u64) -> [u8; RECORD as usize] {
        let mut head = [0; RECORD as usize];
        let mut set = |at: usize, text: &str| {
            for (byte, letter) in head[at..].iter_mut().zip(text.bytes()) {
                *byte = letter;
            }
        };
        // An identifier starts with its creation time.
        let seconds = self.snapshot.get(..8).unwrap_or_default();
        let seconds = u32::from_str_radix(seconds, 16).unwrap_or_default();
        set(
            0,
            &format!("restore-{}/collection-{file}.wt", self.snapshot),
        );
        set(100, "0000644\0");
        set(108, "0000000\0");
        set(116, "0000000\0");
        set(124, &format!("{:011o}\0", self.file_size(file)));
        set(136, &format!("{seconds:011o}\0"));
        set(148, "        0");
        set(257, "ustar\x0000");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        let text = format!("{sum:06o}\0 ");
        head[148..156].copy_from_slice(text.as_bytes());
        head
    }

    /// The first state of the generator for a file; never zero, which the generator does not leave.
    fn seed(&self, file: u64) -> u64 {
        let text = format!("{}-{file}", self.snapshot);
        let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| {
            (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        mixed | 1
    }

    fn trailer(&self) -> [u8; TRAILER as usize] {
        let mut checksum = u32::MAX;
        for file in 0..self.files() {
            checksum = checked(checksum, &self.file_head(file));
            let words = self.file_size(file) / 8;
            checksum = Joint::new(self.seed(file), checksum)
                .ahead(words)
                .checksum();
        }
        checksum = !checked(checksum, &[0; END as usize]);
        let length = (self.tar & u64::from(u32::MAX)).to_le_bytes();
        let mut trailer = [0; TRAILER as usize];
        trailer[..4].copy_from_slice(&checksum.to_le_bytes());
        trailer[4..].copy_from_slice(&length[..4]);
        trailer
    }
}

fn block_head(is_last: bool, length: u64) -> [u8; BLOCK_HEAD as usize] {
    let [low, high, ..] = length.to_le_bytes();
    [u8::from(is_last), low, high, !low, !high]
}

/// How many of the next `left` bytes fit into `out`.
fn part(out: &[u8], left: u64) -> usize {
    out.len().min(usize::try_from(left).unwrap_or(usize::MAX))
}

fn divided(number: u64, by: u64) -> (u64, u64) {
    (number / by, number % by)
}

/// Copies the bytes from offset `from` to fill `out`.
fn copy(bytes: &[u8], from: u64, out: &mut [u8]) {
    let rest = bytes
        .iter()
        .skip(usize::try_from(from).unwrap_or(usize::MAX));
    for (byte, given) in out.iter_mut().zip(rest) {
        *byte = *given;
    }
}

/// Writes the contents of a file, the consecutive states of the generator, from offset `from`.
fn contents(seed: u64, from: u64, out: &mut [u8]) {
    let (word, within) = divided(from, 8);
    let mut state = Joint::new(seed, 0).ahead(word).state();
    let mut bytes = state.to_le_bytes();
    let mut next = within as usize;
    for byte in out {
        if next == bytes.len() {
            state = shifted(state);
            bytes = state.to_le_bytes();
            next = 0;
        }
        *byte = bytes[next];
        next += 1;
    }
}

/// The next state of the generator (xorshift64).
fn shifted(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

/// Updates the CRC-32 of gzip, without the inversions at its beginning and end.
fn checked(mut checksum: u32, bytes: &[u8]) -> u32 {
    for byte in bytes {
        checksum ^= u32::from(*byte);
        for _ in 0..8 {
            checksum = (checksum >> 1) ^ (0xedb8_8320 & (checksum & 1).wrapping_neg());
        }
    }
    checksum
}

/// The state of the generator (64 bits) and, above it, the CRC of all states before (32 bits). The next one follows by a
/// linear map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Joint(u128);

/// The number of bits.
const BITS: usize = 96;

/// A linear map: the image of each bit.
type Matrix = [u128; BITS];

/// The maps of 1, 2, 4, … steps.
static STEPS: LazyLock<Vec<Matrix>> = LazyLock::new(|| {
    let mut matrix: Matrix = std::array::from_fn(|bit| Joint(1 << bit).next().0);
    let mut steps = Vec::new();
    for _ in 0..u64::BITS {
        steps.push(matrix);
        matrix = matrix.map(|column| mapped(&matrix, column));
    }
    steps
});

fn mapped(matrix: &Matrix, vector: u128) -> u128 {
    let set = |bit: &(usize, &u128)| vector >> bit.0 & 1 == 1;
    let columns = matrix.iter().enumerate().filter(set);
    columns.fold(0, |sum, (_, column)| sum ^ column)
}

impl Joint {
    fn new(state: u64, checksum: u32) -> Self {
        Self(u128::from(state) | u128::from(checksum) << 64)
    }

    #[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    fn state(self) -> u64 {
        self.0 as u64
    }

    #[allow(clippy::cast_possible_truncation, reason = "there are 96 bits")]
    fn checksum(self) -> u32 {
        (self.0 >> 64) as u32
    }

    fn next(self) -> Self {
        let checksum = checked(self.checksum(), &self.state().to_le_bytes());
        Self::new(shifted(self.state()), checksum)
    }

    /// Advances by `count` steps.
    fn ahead(self, count: u64) -> Self {
        let set = |step: &(usize, &Matrix)| count >> step.0 & 1 == 1;
        let steps = STEPS.iter().enumerate().filter(set);
        Self(steps.fold(self.0, |vector, (_, matrix)| mapped(matrix, vector)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = "69b4a1b2c3d4e5f607182930";

    fn whole(archive: &TarGz) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(archive.size()).unwrap()];
        archive.read(0, &mut bytes);
        bytes
    }

    #[test]
    fn an_archive_has_the_requested_size_or_the_smallest() {
        for size in (0..5_000)
            .chain(65_000..68_000)
            .chain([1 << 20, 1 << 40, (1 << 45) + 7])
        {
            let archive = TarGz::new(SNAPSHOT, size);
            assert_eq!(archive.size(), size.max(SMALLEST), "{size}");
            assert_eq!(archive.tar % RECORD, 0);
            assert!(archive.comment < RECORD + 2 * BLOCK_HEAD, "{archive:?}");
        }
    }

    #[test]
    fn any_range_equals_that_range_of_the_whole() {
        let archive = TarGz::new(SNAPSHOT, 140_000);
        let whole = whole(&archive);
        for from in (0..140_000).step_by(611) {
            let mut piece = vec![0; 1_300.min(140_000 - from)];
            archive.read(from as u64, &mut piece);
            assert_eq!(piece, whole[from..from + piece.len()], "{from}");
        }
        // Beyond the end, nothing is written.
        let mut piece = [7; 4];
        archive.read(139_999, &mut piece);
        assert_eq!(piece[1..], [7; 3]);
    }

    #[test]
    fn advancing_equals_that_many_single_steps() {
        let begun = Joint::new(0x1234_5678_9abc_def1, 77);
        let mut walked = begun;
        for count in 0..1_000 {
            assert_eq!(begun.ahead(count), walked, "{count}");
            walked = walked.next();
        }
    }

    #[test]
    fn archives_of_two_snapshots_differ() {
        let other = TarGz::new("69b4a1b2c3d4e5f607182931", 4_000);
        assert_ne!(whole(&TarGz::new(SNAPSHOT, 4_000)), whole(&other));
    }
}
