//! A graphics card as a device of the sequencer.

use std::ffi::{CString, c_void};
use std::ops::Range;
use std::sync::Arc;

use cudarc::driver::{DriverError, result, sys};
use holor_field::checkpoint::Store;
use holor_field::{FieldError, FieldResult, Precision};

use super::fourier::Plans;
use super::{Compiler, DeviceInfo, Library, failed};
use crate::machine::{Device, HostMemory, Value};
use crate::sequence::{Fourier, Launch};
use crate::slabs::{Copy, Peer};
use crate::source::Source;

/// Bytes that are left to the driver and the screen.
const RESERVE: u64 = 64 << 20;
/// Bytes of the pinned memory through which downloads go.
const STAGE: usize = 16 << 20;
/// Bytes of shared memory that a block may have without asking.
const SHARED: u64 = 48 << 10;

/// A card's context, kept while several devices are made one after another: it takes long to make.
#[derive(Debug)]
pub(super) struct Held(sys::CUdevice, sys::CUcontext);

// SAFETY: the driver counts who holds a context, whatever the thread.
unsafe impl Send for Held {}

impl Held {
    pub(super) fn new(info: &DeviceInfo) -> FieldResult<Self> {
        result::init().map_err(failed)?;
        let device = result::device::get(info.number as i32).map_err(failed)?;
        // SAFETY: the device was just given by the driver.
        let context = unsafe { result::primary_ctx::retain(device) }.map_err(failed)?;
        Ok(Self(device, context))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: it was retained once. What fails now cannot be helped.
        let _ = unsafe { result::primary_ctx::release(self.0) };
    }
}

pub(super) struct CudaDevice {
    info: DeviceInfo,
    cache: Option<Arc<dyn Store>>,
    device: sys::CUdevice,
    context: sys::CUcontext,
    /// Given back behind all that is in it.
    _held: Held,
    stream: sys::CUstream,
    module: Option<sys::CUmodule>,
    functions: Vec<sys::CUfunction>,
    precision: Precision,
    buffers: Vec<sys::CUdeviceptr>,
    plans: Vec<Plans>,
    recordings: Vec<(sys::CUgraph, sys::CUgraphExec)>,
    /// Pinned memory, once there was a download.
    stage: Option<*mut u8>,
    /// Marks a place in the stream, once another device was given something.
    event: Option<sys::CUevent>,
    /// Other cards whose memory this one was allowed to reach, or cannot.
    known: Vec<sys::CUdevice>,
    /// Arguments and pointers to them, for one launch.
    words: Vec<u64>,
    pointers: Vec<*mut c_void>,
}

// SAFETY: handles of the driver may be used on any thread where the context is made current, which every method does; the pointers are
// scratch, or memory of our own.
unsafe impl Send for CudaDevice {}

/// Pinned memory, with the context in which it is.
struct Pinned {
    held: Held,
    start: *mut u8,
    bytes: usize,
}

// SAFETY: the memory is this one's alone; the driver takes it back on any thread where the context is made current.
unsafe impl Send for Pinned {}

impl Drop for Pinned {
    fn drop(&mut self) {
        // SAFETY: the context is held; the memory was given by the driver and is given back once. What fails now cannot be helped.
        unsafe {
            let _ = result::ctx::set_current(self.held.1);
            let _ = result::free_host(self.start.cast());
        }
    }
}

impl HostMemory for Pinned {
    fn bytes(&self) -> &[u8] {
        // SAFETY: there are so many bytes, which were cleared at first; copies by the card are waited for.
        unsafe { std::slice::from_raw_parts(self.start, self.bytes) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.bytes) }
    }

    fn is_pinned(&self) -> bool {
        true
    }
}

impl CudaDevice {
    pub(super) fn new(
        info: &DeviceInfo,
        cache: Option<Arc<dyn Store>>,
    ) -> FieldResult<Self> {
        let held = Held::new(info)?;
        let (device, context) = (held.0, held.1);
        let mut card = Self {
            info: info.clone(),
            cache,
            device,
            context,
            _held: held,
            stream: std::ptr::null_mut(),
            module: None,
            functions: Vec::new(),
            precision: Precision::Double,
            buffers: Vec::new(),
            plans: Vec::new(),
            recordings: Vec::new(),
            stage: None,
            event: None,
            known: Vec::new(),
            words: Vec::new(),
            pointers: Vec::new(),
        };
        card.enter()?;
        card.stream = result::stream::create(result::stream::StreamKind::NonBlocking)
            .map_err(failed)?;
        Ok(card)
    }

    /// Makes the context that of this thread.
    fn enter(&self) -> FieldResult<()> {
        // SAFETY: the context is alive as long as this.
        unsafe { result::ctx::set_current(self.context) }.map_err(failed)
    }

    /// Marks what the stream was given so far.
    fn mark(&mut self) -> FieldResult<sys::CUevent> {
        self.enter()?;
        let event = match self.event {
            Some(event) => event,
            None => {
                let flags = sys::CUevent_flags_enum::CU_EVENT_DISABLE_TIMING;
                *self.event.insert(result::event::create(flags).map_err(failed)?)
            }
        };
        // SAFETY: the event and the stream are of this context and alive.
        unsafe { result::event::record(event, self.stream) }.map_err(failed)?;
        Ok(event)
    }

    /// What the stream is given from now on waits for what another device's had been given when it was marked.
    fn after(&self, event: sys::CUevent) -> FieldResult<()> {
        self.enter()?;
        let flags = sys::CUevent_wait_flags::CU_EVENT_WAIT_DEFAULT;
        // SAFETY: the stream and the event are alive; the wait is for the last time that the event was recorded.
        unsafe { result::stream::wait_event(self.stream, event, flags) }.map_err(failed)
    }

    /// Lets this card reach another one's memory, if it can: copies are faster then, and go through the host otherwise.
    fn reach(&mut self, other: &Self) -> FieldResult<()> {
        if self.device == other.device || self.known.contains(&other.device) {
            return Ok(());
        }
        self.known.push(other.device);
        self.enter()?;
        let mut can = 0;
        // SAFETY: the devices are the driver's; it writes one number.
        let asked = unsafe {
            sys::cuDeviceCanAccessPeer(&raw mut can, self.device, other.device)
        };
        if asked.result().is_ok() && can != 0 {
            // SAFETY: both contexts are alive. Where it was allowed before, or cannot be allowed, copies work all the same.
            let _ = unsafe { sys::cuCtxEnablePeerAccess(other.context, 0) };
        }
        Ok(())
    }

    fn stage(&mut self) -> FieldResult<*mut u8> {
        if let Some(stage) = self.stage {
            return Ok(stage);
        }
        // SAFETY: the memory is given back when this is dropped.
        let stage = unsafe { result::malloc_host(STAGE, 0) }.map_err(failed)?.cast();
        self.stage = Some(stage);
        Ok(stage)
    }
}

/// The error of code that the driver does not take.
fn refused(error: DriverError, compiler: (i32, i32), driver: (i32, i32)) -> FieldError {
    if compiler.0 > driver.0 {
        let ((major, minor), (own, own_minor)) = (compiler, driver);
        return FieldError::Device(format!(
            "the driver is one for CUDA {own}.{own_minor} and does not take the code of NVRTC {major}.{minor}: pip install nvidia-cuda-nvrtc-cu{own}, or update the driver"
        ));
    }
    failed(error)
}

impl Drop for CudaDevice {
    fn drop(&mut self) {
        // After a kernel went wrong this and all the rest report that error. The context must be given back all the same: with the last
        // one that holds it all its memory goes, and only a new one works again.
        let _ = self.enter();
        // SAFETY: everything was made by the driver and is given back once. What fails now cannot be helped.
        unsafe {
            let _ = result::stream::synchronize(self.stream);
            self.plans.clear();
            for (graph, executable) in self.recordings.drain(..) {
                let _ = result::graph::exec_destroy(executable);
                let _ = result::graph::destroy(graph);
            }
            for buffer in self.buffers.drain(..) {
                let _ = result::free_sync(buffer);
            }
            if let Some(stage) = self.stage.take() {
                let _ = result::free_host(stage.cast());
            }
            if let Some(event) = self.event.take() {
                let _ = result::event::destroy(event);
            }
            if let Some(module) = self.module.take() {
                let _ = result::module::unload(module);
            }
            if !self.stream.is_null() {
                let _ = result::stream::destroy(self.stream);
            }
            // The thread is left without a context rather than with one that may be gone.
            let _ = result::ctx::set_current(std::ptr::null_mut());
        }
    }
}

impl Device for CudaDevice {
    fn available(&mut self) -> FieldResult<Option<u64>> {
        self.enter()?;
        let (free, _) = result::mem_get_info().map_err(failed)?;
        Ok(Some((free as u64).saturating_sub(RESERVE)))
    }

    fn shared(&self) -> u64 {
        self.info.shared
    }

    fn compile(&mut self, source: &Source) -> FieldResult<()> {
        self.enter()?;
        self.precision = source.precision;
        let compiler = Compiler::open()?;
        let code = compiler.compile_once(
            &source.text,
            &compiler.architecture(self.info.capability)?,
            self.info.driver,
            self.cache.as_deref(),
        )?;
        // SAFETY: the code is a whole image of NVRTC's.
        let module = unsafe { result::module::load_data(code.as_ptr().cast()) }
            .map_err(|error| refused(error, compiler.version(), self.info.driver))?;
        self.module = Some(module);
        for kernel in &source.kernels {
            let name = CString::new(kernel.name.as_str()).map_err(|_| {
                FieldError::Device("a kernel's name has a zero".to_owned())
            })?;
            // SAFETY: the module was just loaded.
            let function =
                unsafe { result::module::get_function(module, name) }.map_err(failed)?;
            if kernel.shared > SHARED {
                let most = sys::CUfunction_attribute_enum::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
                // SAFETY: the function is one of the module's.
                unsafe {
                    result::function::set_function_attribute(
                        function,
                        most,
                        kernel.shared as i32,
                    )
                }
                .map_err(failed)?;
            }
            self.functions.push(function);
        }
        Ok(())
    }

    fn transforms(&mut self, transforms: &[Fourier]) -> FieldResult<u64> {
        if transforms.is_empty() {
            return Ok(0);
        }
        Library::Fourier.required()?;
        self.enter()?;
        let mut work = 0;
        for fourier in transforms {
            let (plans, own) = Plans::new(fourier, self.precision, self.stream)?;
            self.plans.push(plans);
            work = work.max(own);
        }
        Ok(work)
    }

    fn workspace(&mut self, buffer: usize) -> FieldResult<()> {
        self.enter()?;
        let memory = self.buffers[buffer];
        self.plans.iter().try_for_each(|plans| plans.workspace(memory))
    }

    fn allocate(&mut self, bytes: u64, zeros: bool) -> FieldResult<()> {
        self.enter()?;
        // SAFETY: the memory is given back when this is dropped; it is written, or cleared, before it is read.
        let memory = match unsafe { result::malloc_sync(bytes as usize) } {
            Ok(memory) => memory,
            Err(error) if error.0 == sys::CUresult::CUDA_ERROR_OUT_OF_MEMORY => {
                let available = self.available()?;
                return Err(FieldError::Memory {
                    needed: bytes,
                    available,
                    in_parts: None,
                });
            }
            Err(error) => return Err(failed(error)),
        };
        self.buffers.push(memory);
        if zeros {
            // SAFETY: the memory has so many bytes.
            unsafe { result::memset_d8_async(memory, 0, bytes as usize, self.stream) }
                .map_err(failed)?;
        }
        Ok(())
    }

    fn write(&mut self, buffer: usize, offset: u64, bytes: &[u8]) -> FieldResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.enter()?;
        let to = self.buffers[buffer] + offset;
        // SAFETY: the buffer has the bytes; they are copied before this returns, because the stream is waited for.
        unsafe {
            result::memcpy_htod_async(to, bytes, self.stream).map_err(failed)?;
            result::stream::synchronize(self.stream).map_err(failed)
        }
    }

    fn read(&mut self, buffer: usize, offset: u64, bytes: &mut [u8]) -> FieldResult<()> {
        self.enter()?;
        let stage = self.stage()?;
        let mut from = self.buffers[buffer] + offset;
        for part in bytes.chunks_mut(STAGE) {
            // SAFETY: the stage has room for a part; it is read after the stream was waited for.
            unsafe {
                let staged = std::slice::from_raw_parts_mut(stage, part.len());
                result::memcpy_dtoh_async(staged, from, self.stream).map_err(failed)?;
                result::stream::synchronize(self.stream).map_err(failed)?;
                part.copy_from_slice(staged);
            }
            from += part.len() as u64;
        }
        Ok(())
    }

    fn host(&mut self, bytes: usize) -> FieldResult<Box<dyn HostMemory>> {
        self.enter()?;
        let held = Held::new(&self.info)?;
        // SAFETY: the memory is given back when it is dropped.
        let Ok(start) = (unsafe { result::malloc_host(bytes.max(1), 0) }) else {
            // More than the system lets anybody pin: slower, and right all the same.
            return Ok(Box::new(vec![0; bytes]));
        };
        let start = start.cast::<u8>();
        // SAFETY: there are so many bytes.
        unsafe { start.write_bytes(0, bytes) };
        Ok(Box::new(Pinned { held, start, bytes }))
    }

    fn read_to(
        &mut self,
        buffer: usize,
        offset: u64,
        memory: &mut dyn HostMemory,
        part: Range<usize>,
    ) -> FieldResult<()> {
        if !memory.is_pinned() {
            return self.read(buffer, offset, &mut memory.bytes_mut()[part]);
        }
        self.enter()?;
        let from = self.buffers[buffer] + offset;
        let to = &mut memory.bytes_mut()[part];
        // SAFETY: the buffer has the bytes; the memory is pinned, and nobody reads it before the stream was waited for.
        unsafe {
            result::memcpy_dtoh_async(to, from, self.stream).map_err(failed)?;
            result::stream::synchronize(self.stream).map_err(failed)
        }
    }

    fn copy(&mut self, from: usize, to: usize, bytes: u64) -> FieldResult<()> {
        self.enter()?;
        let (from, to) = (self.buffers[from], self.buffers[to]);
        // SAFETY: both buffers have so many bytes.
        unsafe { result::memcpy_dtod_async(to, from, bytes as usize, self.stream) }
            .map_err(failed)
    }

    fn launch(&mut self, launch: &Launch, arguments: &[Value]) -> FieldResult<()> {
        self.enter()?;
        self.words.clear();
        for value in arguments {
            // The processor has the low half of a word first, where a short number is looked for.
            self.words.push(match *value {
                Value::Memory(buffer, byte) => self.buffers[buffer] + byte,
                Value::Nothing => 0,
                Value::Integer(n) => u64::from(n as u32).to_le(),
                Value::Long(n) => n as u64,
                Value::Double(x) => x.to_bits(),
            });
        }
        self.pointers.clear();
        let words = self.words.iter_mut();
        self.pointers.extend(words.map(|word| std::ptr::from_mut(word).cast::<c_void>()));
        let [x, y, z] = launch.grid;
        let [bx, by, bz] = launch.block;
        let function = self.functions[launch.kernel];
        // SAFETY: the sequence gives each kernel the arguments of its parameters; memory is alive; the driver copies the arguments.
        unsafe {
            result::launch_kernel(
                function,
                (x, y, z),
                (bx, by, bz),
                launch.shared as u32,
                self.stream,
                &mut self.pointers,
            )
        }
        .map_err(failed)
    }

    fn transform(
        &mut self,
        transform: usize,
        inverse: bool,
        from: (usize, u64),
        to: (usize, u64),
    ) -> FieldResult<()> {
        self.enter()?;
        let [from, to] = [from, to].map(|(buffer, byte)| self.buffers[buffer] + byte);
        // SAFETY: the sequence names places with the numbers of the transform.
        unsafe { self.plans[transform].start(inverse, from, to) }
    }

    fn wait(&mut self) -> FieldResult<()> {
        self.enter()?;
        // SAFETY: the stream is alive.
        unsafe { result::stream::synchronize(self.stream) }.map_err(failed)
    }

    fn record(&mut self) -> FieldResult<bool> {
        self.enter()?;
        let mode = sys::CUstreamCaptureMode_enum::CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
        // SAFETY: the stream is alive.
        Ok(unsafe { result::stream::begin_capture(self.stream, mode) }.is_ok())
    }

    fn recorded(&mut self) -> FieldResult<Option<usize>> {
        self.enter()?;
        // SAFETY: a recording was begun on the stream.
        let Ok(graph) = (unsafe { result::stream::end_capture(self.stream) }) else {
            return Ok(None);
        };
        // SAFETY: the graph was just made.
        let executable = unsafe {
            result::graph::instantiate(graph, sys::CUgraphInstantiate_flags(0))
        };
        match executable {
            Ok(executable) => {
                self.recordings.push((graph, executable));
                Ok(Some(self.recordings.len() - 1))
            }
            Err(_) => {
                // SAFETY: the graph is not used any more.
                let _ = unsafe { result::graph::destroy(graph) };
                Ok(None)
            }
        }
    }

    fn replay(&mut self, recording: usize) -> FieldResult<()> {
        self.enter()?;
        let (_, executable) = self.recordings[recording];
        // SAFETY: the recording is alive, and so is all the memory that it uses.
        unsafe { result::graph::launch(executable, self.stream) }.map_err(failed)
    }
}

impl Peer for CudaDevice {
    fn fetch(&mut self, other: &mut Self, copies: &[Copy]) -> FieldResult<()> {
        self.reach(other)?;
        let given = other.mark()?;
        self.after(given)?;
        for Copy { from, to, bytes } in copies {
            let from = other.buffers[from.0] + from.1;
            let to = self.buffers[to.0] + to.1;
            let bytes = *bytes as usize;
            // SAFETY: both buffers have so many bytes, and stay until both streams were waited for.
            let copied = unsafe {
                if self.device == other.device {
                    result::memcpy_dtod_async(to, from, bytes, self.stream)
                } else {
                    let (own, others) = (self.context, other.context);
                    result::memcpy_peer_async(own, to, others, from, bytes, self.stream)
                }
            };
            copied.map_err(failed)?;
        }
        let fetched = self.mark()?;
        other.after(fetched)
    }
}
