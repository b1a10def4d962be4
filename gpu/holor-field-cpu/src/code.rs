//! The instructions used, by width and precision, and memory that they can be executed from.

use iced_x86::{Code, Encoder, Instruction, Register};

/// The vectors of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// AVX2 with multiply-add: 256 bits, 16 registers.
    Avx2,
    /// AVX-512 F, DQ, BW and VL: 512 bits, 32 registers, masks.
    Avx512,
}

impl Width {
    /// What this machine has, narrowest first.
    pub fn available() -> Vec<Width> {
        #[cfg(target_arch = "x86_64")]
        {
            let mut widths = Vec::new();
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                widths.push(Width::Avx2);
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                {
                    widths.push(Width::Avx512);
                }
            }
            widths
        }
        #[cfg(not(target_arch = "x86_64"))]
        Vec::new()
    }

    pub(crate) fn bytes(self) -> usize {
        match self {
            Width::Avx2 => 32,
            Width::Avx512 => 64,
        }
    }

    pub(crate) fn registers(self) -> usize {
        match self {
            Width::Avx2 => 16,
            Width::Avx512 => 32,
        }
    }

    pub(crate) fn register(self, number: u8) -> Register {
        match self {
            Width::Avx2 => Register::YMM0 + u32::from(number),
            Width::Avx512 => Register::ZMM0 + u32::from(number),
        }
    }
}

/// Operations on whole vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    And,
    Or,
    ExclusiveOr,
    SquareRoot,
    Round,
    ShiftLeft,
    ShiftRight,
    Compare,
    Blend,
    /// Numbers of two vectors one after the other (AVX-512).
    Cut,
    Load,
    Store,
    Broadcast,
    MaskedStore,
}

/// The instruction for an operation.
pub(crate) fn instruction(operation: Operation, width: Width, double: bool) -> Code {
    use Operation as O;
    match (width, double) {
        (Width::Avx2, true) => match operation {
            O::Add => Code::VEX_Vaddpd_ymm_ymm_ymmm256,
            O::Subtract => Code::VEX_Vsubpd_ymm_ymm_ymmm256,
            O::Multiply => Code::VEX_Vmulpd_ymm_ymm_ymmm256,
            O::Divide => Code::VEX_Vdivpd_ymm_ymm_ymmm256,
            O::Minimum => Code::VEX_Vminpd_ymm_ymm_ymmm256,
            O::Maximum => Code::VEX_Vmaxpd_ymm_ymm_ymmm256,
            O::And => Code::VEX_Vandpd_ymm_ymm_ymmm256,
            O::Or => Code::VEX_Vorpd_ymm_ymm_ymmm256,
            O::ExclusiveOr => Code::VEX_Vxorpd_ymm_ymm_ymmm256,
            O::SquareRoot => Code::VEX_Vsqrtpd_ymm_ymmm256,
            O::Round => Code::VEX_Vroundpd_ymm_ymmm256_imm8,
            O::ShiftLeft => Code::VEX_Vpsllq_ymm_ymm_imm8,
            O::ShiftRight => Code::VEX_Vpsrlq_ymm_ymm_imm8,
            O::Compare => Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8,
            O::Blend => Code::VEX_Vblendvpd_ymm_ymm_ymmm256_ymm,
            O::Cut => Code::INVALID,
            O::Load => Code::VEX_Vmovupd_ymm_ymmm256,
            O::Store => Code::VEX_Vmovupd_ymmm256_ymm,
            O::Broadcast => Code::VEX_Vbroadcastsd_ymm_m64,
            O::MaskedStore => Code::VEX_Vmaskmovpd_m256_ymm_ymm,
        },
        (Width::Avx2, false) => match operation {
            O::Add => Code::VEX_Vaddps_ymm_ymm_ymmm256,
            O::Subtract => Code::VEX_Vsubps_ymm_ymm_ymmm256,
            O::Multiply => Code::VEX_Vmulps_ymm_ymm_ymmm256,
            O::Divide => Code::VEX_Vdivps_ymm_ymm_ymmm256,
            O::Minimum => Code::VEX_Vminps_ymm_ymm_ymmm256,
            O::Maximum => Code::VEX_Vmaxps_ymm_ymm_ymmm256,
            O::And => Code::VEX_Vandps_ymm_ymm_ymmm256,
            O::Or => Code::VEX_Vorps_ymm_ymm_ymmm256,
            O::ExclusiveOr => Code::VEX_Vxorps_ymm_ymm_ymmm256,
            O::SquareRoot => Code::VEX_Vsqrtps_ymm_ymmm256,
            O::Round => Code::VEX_Vroundps_ymm_ymmm256_imm8,
            O::ShiftLeft => Code::VEX_Vpslld_ymm_ymm_imm8,
            O::ShiftRight => Code::VEX_Vpsrld_ymm_ymm_imm8,
            O::Compare => Code::VEX_Vcmpps_ymm_ymm_ymmm256_imm8,
            O::Blend => Code::VEX_Vblendvps_ymm_ymm_ymmm256_ymm,
            O::Cut => Code::INVALID,
            O::Load => Code::VEX_Vmovups_ymm_ymmm256,
            O::Store => Code::VEX_Vmovups_ymmm256_ymm,
            O::Broadcast => Code::VEX_Vbroadcastss_ymm_m32,
            O::MaskedStore => Code::VEX_Vmaskmovps_m256_ymm_ymm,
        },
        (Width::Avx512, true) => match operation {
            O::Add => Code::EVEX_Vaddpd_zmm_k1z_zmm_zmmm512b64_er,
            O::Subtract => Code::EVEX_Vsubpd_zmm_k1z_zmm_zmmm512b64_er,
            O::Multiply => Code::EVEX_Vmulpd_zmm_k1z_zmm_zmmm512b64_er,
            O::Divide => Code::EVEX_Vdivpd_zmm_k1z_zmm_zmmm512b64_er,
            O::Minimum => Code::EVEX_Vminpd_zmm_k1z_zmm_zmmm512b64_sae,
            O::Maximum => Code::EVEX_Vmaxpd_zmm_k1z_zmm_zmmm512b64_sae,
            O::And => Code::EVEX_Vandpd_zmm_k1z_zmm_zmmm512b64,
            O::Or => Code::EVEX_Vorpd_zmm_k1z_zmm_zmmm512b64,
            O::ExclusiveOr => Code::EVEX_Vxorpd_zmm_k1z_zmm_zmmm512b64,
            O::SquareRoot => Code::EVEX_Vsqrtpd_zmm_k1z_zmmm512b64_er,
            O::Round => Code::EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae,
            O::ShiftLeft => Code::EVEX_Vpsllq_zmm_k1z_zmmm512b64_imm8,
            O::ShiftRight => Code::EVEX_Vpsrlq_zmm_k1z_zmmm512b64_imm8,
            O::Compare => Code::EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae,
            O::Blend => Code::EVEX_Vblendmpd_zmm_k1z_zmm_zmmm512b64,
            O::Cut => Code::EVEX_Valignq_zmm_k1z_zmm_zmmm512b64_imm8,
            O::Load => Code::EVEX_Vmovupd_zmm_k1z_zmmm512,
            O::Store | O::MaskedStore => Code::EVEX_Vmovupd_zmmm512_k1z_zmm,
            O::Broadcast => Code::EVEX_Vbroadcastsd_zmm_k1z_xmmm64,
        },
        (Width::Avx512, false) => match operation {
            O::Add => Code::EVEX_Vaddps_zmm_k1z_zmm_zmmm512b32_er,
            O::Subtract => Code::EVEX_Vsubps_zmm_k1z_zmm_zmmm512b32_er,
            O::Multiply => Code::EVEX_Vmulps_zmm_k1z_zmm_zmmm512b32_er,
            O::Divide => Code::EVEX_Vdivps_zmm_k1z_zmm_zmmm512b32_er,
            O::Minimum => Code::EVEX_Vminps_zmm_k1z_zmm_zmmm512b32_sae,
            O::Maximum => Code::EVEX_Vmaxps_zmm_k1z_zmm_zmmm512b32_sae,
            O::And => Code::EVEX_Vandps_zmm_k1z_zmm_zmmm512b32,
            O::Or => Code::EVEX_Vorps_zmm_k1z_zmm_zmmm512b32,
            O::ExclusiveOr => Code::EVEX_Vxorps_zmm_k1z_zmm_zmmm512b32,
            O::SquareRoot => Code::EVEX_Vsqrtps_zmm_k1z_zmmm512b32_er,
            O::Round => Code::EVEX_Vrndscaleps_zmm_k1z_zmmm512b32_imm8_sae,
            O::ShiftLeft => Code::EVEX_Vpslld_zmm_k1z_zmmm512b32_imm8,
            O::ShiftRight => Code::EVEX_Vpsrld_zmm_k1z_zmmm512b32_imm8,
            O::Compare => Code::EVEX_Vcmpps_kr_k1_zmm_zmmm512b32_imm8_sae,
            O::Blend => Code::EVEX_Vblendmps_zmm_k1z_zmm_zmmm512b32,
            O::Cut => Code::EVEX_Valignd_zmm_k1z_zmm_zmmm512b32_imm8,
            O::Load => Code::EVEX_Vmovups_zmm_k1z_zmmm512,
            O::Store | O::MaskedStore => Code::EVEX_Vmovups_zmmm512_k1z_zmm,
            O::Broadcast => Code::EVEX_Vbroadcastss_zmm_k1z_xmmm32,
        },
    }
}

/// Which operand of ±a b ± c is overwritten, by the digits in the instruction's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// 1 · 3 + 2.
    F132,
    /// 2 · 1 + 3.
    F213,
    /// 2 · 3 + 1.
    F231,
}

/// The multiply-add instruction with these signs.
pub(crate) fn multiply_add(
    form: Form,
    minus_product: bool,
    minus_term: bool,
    width: Width,
    double: bool,
) -> Code {
    macro_rules! family {
        ($v132d:ident $v213d:ident $v231d:ident $v132s:ident $v213s:ident $v231s:ident
         $e132d:ident $e213d:ident $e231d:ident $e132s:ident $e213s:ident $e231s:ident) => {
            match (width, double, form) {
                (Width::Avx2, true, Form::F132) => Code::$v132d,
                (Width::Avx2, true, Form::F213) => Code::$v213d,
                (Width::Avx2, true, Form::F231) => Code::$v231d,
                (Width::Avx2, false, Form::F132) => Code::$v132s,
                (Width::Avx2, false, Form::F213) => Code::$v213s,
                (Width::Avx2, false, Form::F231) => Code::$v231s,
                (Width::Avx512, true, Form::F132) => Code::$e132d,
                (Width::Avx512, true, Form::F213) => Code::$e213d,
                (Width::Avx512, true, Form::F231) => Code::$e231d,
                (Width::Avx512, false, Form::F132) => Code::$e132s,
                (Width::Avx512, false, Form::F213) => Code::$e213s,
                (Width::Avx512, false, Form::F231) => Code::$e231s,
            }
        };
    }
    match (minus_product, minus_term) {
        (false, false) => family!(
            VEX_Vfmadd132pd_ymm_ymm_ymmm256
            VEX_Vfmadd213pd_ymm_ymm_ymmm256
            VEX_Vfmadd231pd_ymm_ymm_ymmm256
            VEX_Vfmadd132ps_ymm_ymm_ymmm256
            VEX_Vfmadd213ps_ymm_ymm_ymmm256
            VEX_Vfmadd231ps_ymm_ymm_ymmm256
            EVEX_Vfmadd132pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfmadd213pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfmadd231pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfmadd132ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfmadd213ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfmadd231ps_zmm_k1z_zmm_zmmm512b32_er
        ),
        (false, true) => family!(
            VEX_Vfmsub132pd_ymm_ymm_ymmm256
            VEX_Vfmsub213pd_ymm_ymm_ymmm256
            VEX_Vfmsub231pd_ymm_ymm_ymmm256
            VEX_Vfmsub132ps_ymm_ymm_ymmm256
            VEX_Vfmsub213ps_ymm_ymm_ymmm256
            VEX_Vfmsub231ps_ymm_ymm_ymmm256
            EVEX_Vfmsub132pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfmsub213pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfmsub231pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfmsub132ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfmsub213ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfmsub231ps_zmm_k1z_zmm_zmmm512b32_er
        ),
        (true, false) => family!(
            VEX_Vfnmadd132pd_ymm_ymm_ymmm256
            VEX_Vfnmadd213pd_ymm_ymm_ymmm256
            VEX_Vfnmadd231pd_ymm_ymm_ymmm256
            VEX_Vfnmadd132ps_ymm_ymm_ymmm256
            VEX_Vfnmadd213ps_ymm_ymm_ymmm256
            VEX_Vfnmadd231ps_ymm_ymm_ymmm256
            EVEX_Vfnmadd132pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfnmadd213pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfnmadd231pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfnmadd132ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfnmadd213ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfnmadd231ps_zmm_k1z_zmm_zmmm512b32_er
        ),
        (true, true) => family!(
            VEX_Vfnmsub132pd_ymm_ymm_ymmm256
            VEX_Vfnmsub213pd_ymm_ymm_ymmm256
            VEX_Vfnmsub231pd_ymm_ymm_ymmm256
            VEX_Vfnmsub132ps_ymm_ymm_ymmm256
            VEX_Vfnmsub213ps_ymm_ymm_ymmm256
            VEX_Vfnmsub231ps_ymm_ymm_ymmm256
            EVEX_Vfnmsub132pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfnmsub213pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfnmsub231pd_zmm_k1z_zmm_zmmm512b64_er
            EVEX_Vfnmsub132ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfnmsub213ps_zmm_k1z_zmm_zmmm512b32_er
            EVEX_Vfnmsub231ps_zmm_k1z_zmm_zmmm512b32_er
        ),
    }
}

/// Does nothing in 9 bytes.
const LONG_NOP: [u8; 9] = [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0];

/// Encodes instructions; a near branch whose target is below `labels.len()` goes to the instruction with that place. The first label is aligned.
pub(crate) fn encode(
    instructions: &[Instruction],
    labels: &[usize],
) -> Result<Vec<u8>, String> {
    let mut places = vec![0_u64; instructions.len() + 1];
    let mut code = Vec::new();
    // All branches have 32 bits: the first pass finds the places, the second uses them.
    for _ in 0..2 {
        let mut encoder = Encoder::new(64);
        let mut place = 0_u64;
        for (number, instruction) in instructions.iter().enumerate() {
            if labels.first() == Some(&number) {
                // The loop over cells begins at a line of the instruction cache.
                while !place.is_multiple_of(64) {
                    let bytes = LONG_NOP.len().min(64 - (place % 64) as usize);
                    let nop =
                        if bytes == LONG_NOP.len() { &LONG_NOP[..] } else { &[0x90] };
                    nop.iter().for_each(|byte| encoder.write_u8(*byte));
                    place += nop.len() as u64;
                }
            }
            places[number] = place;
            let mut instruction = *instruction;
            let branches = [Code::Je_rel32_64, Code::Jb_rel32_64, Code::Jne_rel32_64];
            if branches.contains(&instruction.code()) {
                let label = instruction.near_branch_target() as usize;
                let target = labels.get(label).and_then(|at| places.get(*at));
                instruction.set_near_branch64(target.copied().unwrap_or(0));
            }
            let length = encoder
                .encode(&instruction, place)
                .map_err(|error| format!("{instruction:?}: {error}"))?;
            place += length as u64;
        }
        places[instructions.len()] = place;
        code = encoder.take_buffer();
    }
    Ok(code)
}

/// Machine code that can be called. The memory is never writable and executable at once.
#[derive(Debug)]
pub(crate) struct Executable {
    memory: memmap2::Mmap,
}

impl Executable {
    pub(crate) fn new(code: &[u8]) -> std::io::Result<Self> {
        let mut memory = memmap2::MmapMut::map_anon(code.len().max(1))?;
        memory[..code.len()].copy_from_slice(code);
        Ok(Self { memory: memory.make_exec()? })
    }

    pub(crate) fn start(&self) -> *const u8 {
        self.memory.as_ptr()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory
    }
}
