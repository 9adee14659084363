//! Files that were brought and wait for somebody to say that they are to be imported. They lie in the warehouse's folder
//! and do not count.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Warehouse, WarehouseError};

/// A name is cut to so many bytes; a disk takes 255.
const LONGEST_NAME: usize = 120;

impl Warehouse {
    /// Where a waiting file lies. The id is letters and digits; of the name only what is harmless on a disk is left.
    #[must_use]
    pub fn staged(&self, id: &str, name: &str) -> PathBuf {
        self.dir.join("staged").join(id).join(harmless(name))
    }

    /// Takes a file into the folder, away from where it was.
    ///
    /// # Errors
    /// When it cannot be read or kept.
    pub fn stage(&self, id: &str, name: &str, from: &Path) -> Result<PathBuf, WarehouseError> {
        let path = self.staged(id, name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WarehouseError::io(folder))?;
        }
        match fs::rename(from, &path) {
            Ok(()) => {}
            // On another disk it has to be copied.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                fs::copy(from, &path).map_err(WarehouseError::io(from))?;
                let _ = fs::remove_file(from);
            }
            Err(error) => return Err(WarehouseError::io(from)(error)),
        }
        File::open(&path).and_then(|file| file.sync_all()).map_err(WarehouseError::io(&path))?;
        Ok(path)
    }

    /// Removes a waiting file; one that cannot be removed is tried again at the next start.
    pub fn unstage(&self, id: &str) {
        let _ = fs::remove_dir_all(self.dir.join("staged").join(id));
    }

    /// Removes waiting files that were brought before this moment; returns how many.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn unstage_before(&self, moment: SystemTime) -> Result<usize, WarehouseError> {
        let folder = self.dir.join("staged");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(WarehouseError::io(&folder)(error)),
        };
        let mut removed = 0;
        for entry in entries {
            let path = entry.map_err(WarehouseError::io(&folder))?.path();
            let brought = fs::metadata(&path).and_then(|found| found.modified()).map_err(WarehouseError::io(&path))?;
            if brought < moment {
                fs::remove_dir_all(&path).map_err(WarehouseError::io(&path))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Takes the made company out; returns how many uploads that were.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub fn remove_demo(&self) -> Result<usize, WarehouseError> {
        let uploads = self.uploads()?;
        let made = uploads.iter().rev().filter(|upload| upload.is_active() && upload.is_demo());
        let mut removed = 0;
        for upload in made {
            self.undo(Some(&upload.id))?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// A file's name without what leads elsewhere or cannot be written.
fn harmless(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut kept = String::new();
    for letter in last.chars() {
        if kept.len() + letter.len_utf8() > LONGEST_NAME {
            break;
        }
        kept.push(if letter.is_alphanumeric() || ".-_ ()".contains(letter) { letter } else { '_' });
    }
    let kept = kept.trim_matches(['.', ' ']);
    if kept.is_empty() { "file".to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_name_leads_nowhere() {
        for (name, kept) in [
            ("orders.csv", "orders.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\November sales.csv", "November sales.csv"),
            ("..", "file"),
            ("", "file"),
            ("订单\u{0}.csv", "订单_.csv"),
        ] {
            assert_eq!(harmless(name), kept, "{name:?}");
        }
        assert!(harmless(&"é".repeat(300)).len() <= 120);
    }
}
