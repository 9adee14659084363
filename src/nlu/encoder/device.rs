//! Finds the device: the processor, or a GPU whose libraries are loaded at run time. No model here.

use std::path::PathBuf;

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
use tch::{Cuda, Device};

use super::options::DeviceChoice;
use crate::nlu::NluError;

const CUDA_LIBRARY: &str = "libtorch_cuda.so";

/// Chooses the device and says why.
///
/// # Errors
/// When a GPU was asked for by number and is not to be had.
pub(super) fn choose(choice: DeviceChoice) -> Result<(Device, String), NluError> {
    match choice {
        DeviceChoice::Cpu => Ok((Device::Cpu, "the processor was asked for".to_owned())),
        DeviceChoice::Auto => Ok(match cuda_devices() {
            Ok(count) => (Device::Cuda(0), format!("{count} GPU found")),
            Err(reason) => (Device::Cpu, format!("no GPU: {reason}")),
        }),
        DeviceChoice::Cuda(number) => {
            let refuse = |reason: String| NluError::Device { asked: choice.to_string(), reason };
            match cuda_devices() {
                Ok(count) if number < count => Ok((Device::Cuda(number), "it was asked for".to_owned())),
                Ok(count) => Err(refuse(format!("there are {count} GPU, counted from 0"))),
                Err(reason) => Err(refuse(format!("{reason}; set device to cpu or auto"))),
            }
        }
    }
}

/// The number of GPUs, never 0, or why there are none. The library is loaded before torch is asked for the first time,
/// because torch remembers its first answer.
fn cuda_devices() -> Result<usize, String> {
    load_cuda()?;
    if !Cuda::is_available() {
        return Err("libtorch has CUDA, but finds no driver or no GPU".to_owned());
    }
    match usize::try_from(Cuda::device_count()) {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("libtorch has CUDA, but counts no GPU".to_owned()),
    }
}

/// Loads the CUDA half of libtorch: from beside the half that is loaded, or from where the loader looks.
fn load_cuda() -> Result<(), String> {
    let beside = loaded_torch_folder().map(|folder| folder.join(CUDA_LIBRARY)).filter(|path| path.exists());
    let name = beside.unwrap_or_else(|| PathBuf::from(CUDA_LIBRARY));
    #[expect(unsafe_code, reason = "the library's start-up code is torch's own, of the build that the program links")]
    let opened = unsafe { Library::open(Some(&name), RTLD_NOW | RTLD_GLOBAL) };
    match opened {
        Ok(library) => {
            // Torch keeps pointers into the library, so it stays until the process ends.
            std::mem::forget(library);
            Ok(())
        }
        Err(error) if name.is_absolute() => Err(format!("{} cannot be loaded: {error}", name.display())),
        Err(_) => Err(format!("this libtorch is for the processor only ({CUDA_LIBRARY} is not there)")),
    }
}

/// The folder that libtorch_cpu.so was loaded from.
fn loaded_torch_folder() -> Option<PathBuf> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let line = maps.lines().find(|line| line.ends_with("/libtorch_cpu.so"))?;
    let path = PathBuf::from(&line[line.find('/')?..]);
    path.parent().map(PathBuf::from)
}

/// Whether the processor computes in bfloat16 itself; without, bfloat16 is emulated and slower.
pub(super) fn has_bfloat16_instructions() -> bool {
    let flags = ["amx_bf16", "avx512_bf16", "bf16"];
    std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| {
        text.lines()
            .filter(|line| line.starts_with("flags") || line.starts_with("Features"))
            .any(|line| line.split_whitespace().any(|flag| flags.contains(&flag)))
    })
}
