//! Writes pixels as a PNG file (ISO/IEC 15948): eight bits each of red, green and blue.

use std::io::{self, Write};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// A file of `width` × `height` pixels, three bytes each, row by row.
///
/// # Errors
/// Never in memory, but the compressor's interface has one.
pub(super) fn encode(pixels: &[u8], width: u32, height: u32) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let row_bytes = 3 * width as usize;
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let mut above = vec![0u8; row_bytes];
    let mut filtered = vec![0u8; row_bytes];
    for row in pixels.chunks_exact(row_bytes).take(height as usize) {
        // Filter 2, "up": what equals the row above becomes zero, and charts are mostly that.
        for ((out, own), up) in filtered.iter_mut().zip(row).zip(&above) {
            *out = own.wrapping_sub(*up);
        }
        packed.write_all(&[2])?;
        packed.write_all(&filtered)?;
        above.copy_from_slice(row);
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &packed.finish()?);
    chunk(&mut file, *b"IEND", &[]);
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    file.extend(length.to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}

/// Width, height and pixels of a file that `encode` wrote; for tests.
#[cfg(test)]
pub(crate) fn decode(file: &[u8]) -> (usize, usize, Vec<u8>) {
    use std::io::Read;
    let long = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
    let (width, height) = (long(16), long(20));
    let (mut at, mut data) = (8, Vec::new());
    while at < file.len() {
        let (length, body) = (long(at), at + 8);
        let mut sum = Crc::new();
        sum.update(&file[at + 4..body + length]);
        assert_eq!(sum.sum() as usize, long(body + length));
        if &file[at + 4..body] == b"IDAT" {
            data.extend_from_slice(&file[body..body + length]);
        }
        at = body + length + 4;
    }
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(data.as_slice()).read_to_end(&mut raw).unwrap();
    let row_bytes = 3 * width;
    assert_eq!(raw.len(), height * (row_bytes + 1));
    let mut pixels = vec![0u8; height * row_bytes];
    for row in 0..height {
        assert_eq!(raw[row * (row_bytes + 1)], 2);
        for column in 0..row_bytes {
            let up = if row == 0 { 0 } else { pixels[(row - 1) * row_bytes + column] };
            pixels[row * row_bytes + column] = raw[row * (row_bytes + 1) + 1 + column].wrapping_add(up);
        }
    }
    (width, height, pixels)
}
