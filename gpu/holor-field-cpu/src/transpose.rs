//! Columns of complex numbers to lines, one column after another, and back, and lines times columns: a line of the cache of each row at a time.

use rustfft::num_complex::Complex;
use rustfft::num_traits::Num;

/// Rows of which some neighbouring columns are meant, by their first numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<T> {
    /// Complex numbers one after another.
    Together(*mut Complex<T>),
    /// Real and imaginary parts in arrays of their own; without imaginary parts these are 0.
    Apart(*mut T, Option<*mut T>),
}

/// Neighbouring columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns<T> {
    /// The first row.
    pub(crate) rows: Rows<T>,
    /// From a row to the next, in numbers of the rows' kind.
    pub(crate) stride: usize,
    /// How many rows.
    pub(crate) length: usize,
    /// How many columns.
    pub(crate) count: usize,
    /// From the start of a line to that of the next.
    pub(crate) line: usize,
}

/// Asks for a number that is soon wanted: columns are far apart, which the machine's own foresight does not see.
fn foresee<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: a hint, which may be about any address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(place.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

/// Numbers whose blocks are transposed.
pub(crate) trait Transpose: Copy + Default + Num {
    /// Columns to lines, as many rows as whole blocks have: how many those are.
    ///
    /// # Safety
    /// All rows of the columns must be there to be read, and the lines to be written.
    unsafe fn blocks_to_lines(
        columns: &Columns<Self>,
        lines: *mut Complex<Self>,
    ) -> usize;

    /// Lines to columns, as many rows as whole blocks have: how many those are.
    ///
    /// # Safety
    /// All rows of the columns must be there to be written, and the lines to be read.
    unsafe fn blocks_to_rows(
        columns: &Columns<Self>,
        lines: *const Complex<Self>,
    ) -> usize;

    /// Lines times columns, as many rows as whole blocks have: how many those are.
    ///
    /// # Safety
    /// All rows of the columns must be there to be read, and the lines to be written.
    unsafe fn multiply_blocks(
        columns: &Columns<Self>,
        lines: *mut Complex<Self>,
    ) -> usize;
}

impl<T: Transpose> Columns<T> {
    /// Asks for some rows of the columns so many further on.
    pub(crate) fn foresee(&self, rows: std::ops::Range<usize>, further: usize) {
        for row in rows {
            let at = row * self.stride + further;
            match self.rows {
                Rows::Together(rows) => foresee(rows.wrapping_add(at)),
                Rows::Apart(re, im) => {
                    foresee(re.wrapping_add(at));
                    if let Some(im) = im {
                        foresee(im.wrapping_add(at));
                    }
                }
            }
        }
    }

    /// Copies the columns to lines.
    ///
    /// # Safety
    /// All rows must be there to be read, and no other thread may write them.
    pub(crate) unsafe fn gather(&self, lines: &mut [Complex<T>]) {
        assert!(lines.len() >= self.count * self.line && self.line >= self.length);
        let lines = lines.as_mut_ptr();
        // SAFETY: as promised by the caller; the lines are long enough.
        unsafe {
            let done = T::blocks_to_lines(self, lines);
            for row in done..self.length {
                for column in 0..self.count {
                    let at = row * self.stride + column;
                    *lines.add(column * self.line + row) = match self.rows {
                        Rows::Together(rows) => *rows.add(at),
                        Rows::Apart(re, im) => Complex::new(
                            *re.add(at),
                            im.map_or_else(T::default, |im| *im.add(at)),
                        ),
                    };
                }
            }
        }
    }

    /// Multiplies lines by the columns.
    ///
    /// # Safety
    /// All rows must be there to be read, and no other thread may write them.
    pub(crate) unsafe fn multiply(&self, lines: &mut [Complex<T>]) {
        assert!(lines.len() >= self.count * self.line && self.line >= self.length);
        let lines = lines.as_mut_ptr();
        // SAFETY: as promised by the caller; the lines are long enough.
        unsafe {
            let done = T::multiply_blocks(self, lines);
            for row in done..self.length {
                for column in 0..self.count {
                    let at = row * self.stride + column;
                    let value = &mut *lines.add(column * self.line + row);
                    *value = match self.rows {
                        Rows::Together(rows) => *value * *rows.add(at),
                        Rows::Apart(re, Some(im)) => {
                            *value * Complex::new(*re.add(at), *im.add(at))
                        }
                        Rows::Apart(re, None) => value.scale(*re.add(at)),
                    };
                }
            }
        }
    }

    /// Copies lines to the columns.
    ///
    /// # Safety
    /// All rows must be there to be written, and no other thread may use these columns.
    pub(crate) unsafe fn scatter(&self, lines: &[Complex<T>]) {
        assert!(lines.len() >= self.count * self.line && self.line >= self.length);
        let lines = lines.as_ptr();
        // SAFETY: as promised by the caller; the lines are long enough.
        unsafe {
            let done = T::blocks_to_rows(self, lines);
            for row in done..self.length {
                for column in 0..self.count {
                    let at = row * self.stride + column;
                    let value = *lines.add(column * self.line + row);
                    match self.rows {
                        Rows::Together(rows) => *rows.add(at) = value,
                        Rows::Apart(re, im) => {
                            *re.add(at) = value.re;
                            if let Some(im) = im {
                                *im.add(at) = value.im;
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod machine {
    use super::{Columns, Complex, Transpose};

    macro_rules! plain {
        ($type:ty) => {
            impl Transpose for $type {
                unsafe fn blocks_to_lines(
                    _: &Columns<Self>,
                    _: *mut Complex<Self>,
                ) -> usize {
                    0
                }

                unsafe fn blocks_to_rows(
                    _: &Columns<Self>,
                    _: *const Complex<Self>,
                ) -> usize {
                    0
                }

                unsafe fn multiply_blocks(
                    _: &Columns<Self>,
                    _: *mut Complex<Self>,
                ) -> usize {
                    0
                }
            }
        };
    }

    plain!(f64);
    plain!(f32);
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use std::arch::x86_64::{
        __m256, __m256d, _mm256_addsub_pd, _mm256_addsub_ps, _mm256_castpd_ps,
        _mm256_castps_pd, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_movedup_pd,
        _mm256_movehdup_ps, _mm256_moveldup_ps, _mm256_mul_pd, _mm256_mul_ps,
        _mm256_permute_pd, _mm256_permute_ps, _mm256_permute2f128_pd, _mm256_setzero_pd,
        _mm256_setzero_ps, _mm256_shuffle_ps, _mm256_storeu_pd, _mm256_storeu_ps,
        _mm256_unpackhi_pd, _mm256_unpackhi_ps, _mm256_unpacklo_pd, _mm256_unpacklo_ps,
    };

    use super::{Columns, Complex, Rows, Transpose};

    /// Rows of a block: two of double precision, four of single, so that each column is 32 bytes.
    const fn rows_of<T>() -> usize {
        32 / size_of::<Complex<T>>()
    }

    /// Columns of a block: two of these are a line of the cache where real and imaginary parts are apart.
    const fn columns_of<T>() -> usize {
        64 / size_of::<Complex<T>>()
    }

    /// Whether whole blocks can be transposed.
    fn whole<T>(columns: &Columns<T>) -> bool {
        columns.count.is_multiple_of(columns_of::<T>())
            && is_x86_feature_detected!("avx2")
    }

    /// The first rows and columns of whole blocks.
    #[inline(always)]
    fn blocks<T>(columns: &Columns<T>) -> impl Iterator<Item = (usize, usize)> {
        let (rows, count) = (whole_rows(columns), columns.count);
        (0..rows).step_by(rows_of::<T>()).flat_map(move |row| {
            (0..count).step_by(columns_of::<T>()).map(move |first| (row, first))
        })
    }

    /// How many rows whole blocks have.
    #[inline(always)]
    fn whole_rows<T>(columns: &Columns<T>) -> usize {
        columns.length / rows_of::<T>() * rows_of::<T>()
    }

    /// Two by two complex numbers.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn two(a: __m256d, b: __m256d) -> [__m256d; 2] {
        [_mm256_permute2f128_pd::<0x20>(a, b), _mm256_permute2f128_pd::<0x31>(a, b)]
    }

    /// Four by four numbers of eight bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn four([a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
        let [low0, low1] = two(_mm256_unpacklo_pd(a, b), _mm256_unpacklo_pd(c, d));
        let [high0, high1] = two(_mm256_unpackhi_pd(a, b), _mm256_unpackhi_pd(c, d));
        // Columns 0 and 2 come from the lower halves, 1 and 3 from the upper ones.
        [low0, high0, low1, high1]
    }

    /// The columns 0, 2 and 1, 3 of a row.
    ///
    /// # Safety
    /// The row must be there.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn double_row(rows: Rows<f64>, at: usize) -> [__m256d; 2] {
        // SAFETY: as promised by the caller.
        unsafe {
            match rows {
                Rows::Together(rows) => {
                    let row = rows.add(at).cast::<f64>();
                    two(_mm256_loadu_pd(row), _mm256_loadu_pd(row.add(4)))
                }
                Rows::Apart(re, im) => {
                    let re = _mm256_loadu_pd(re.add(at));
                    let im = match im {
                        Some(im) => _mm256_loadu_pd(im.add(at)),
                        None => _mm256_setzero_pd(),
                    };
                    [_mm256_unpacklo_pd(re, im), _mm256_unpackhi_pd(re, im)]
                }
            }
        }
    }

    #[target_feature(enable = "avx2")]
    unsafe fn double_to_lines(columns: &Columns<f64>, lines: *mut Complex<f64>) -> usize {
        for (row, first) in blocks(columns) {
            // SAFETY: the rows and lines are there, as the caller promises.
            unsafe {
                let at = row * columns.stride + first;
                let [even0, odd0] = double_row(columns.rows, at);
                let [even1, odd1] = double_row(columns.rows, at + columns.stride);
                let [c0, c2] = two(even0, even1);
                let [c1, c3] = two(odd0, odd1);
                for (column, values) in [c0, c1, c2, c3].into_iter().enumerate() {
                    let to = lines.add((first + column) * columns.line + row);
                    _mm256_storeu_pd(to.cast(), values);
                }
            }
        }
        whole_rows(columns)
    }

    #[target_feature(enable = "avx2")]
    unsafe fn double_to_rows(
        columns: &Columns<f64>,
        lines: *const Complex<f64>,
    ) -> usize {
        for (row, first) in blocks(columns) {
            // SAFETY: the rows and lines are there, as the caller promises.
            unsafe {
                let line = |column: usize| {
                    _mm256_loadu_pd(
                        lines.add((first + column) * columns.line + row).cast(),
                    )
                };
                let [c0, c1, c2, c3] = [line(0), line(1), line(2), line(3)];
                match columns.rows {
                    Rows::Together(rows) => {
                        for (half, pair) in
                            [two(c0, c1), two(c2, c3)].into_iter().enumerate()
                        {
                            for (place, values) in pair.into_iter().enumerate() {
                                let to = rows.add(
                                    (row + place) * columns.stride + first + 2 * half,
                                );
                                _mm256_storeu_pd(to.cast(), values);
                            }
                        }
                    }
                    Rows::Apart(re, im) => {
                        let pairs = two(c0, c2).into_iter().zip(two(c1, c3));
                        for (place, (even, odd)) in pairs.enumerate() {
                            let at = (row + place) * columns.stride + first;
                            _mm256_storeu_pd(re.add(at), _mm256_unpacklo_pd(even, odd));
                            if let Some(im) = im {
                                _mm256_storeu_pd(
                                    im.add(at),
                                    _mm256_unpackhi_pd(even, odd),
                                );
                            }
                        }
                    }
                }
            }
        }
        whole_rows(columns)
    }

    /// The columns of a row as factors: real ones twice, for real and imaginary part.
    ///
    /// # Safety
    /// The row must be there.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn double_factors(rows: Rows<f64>, at: usize) -> [__m256d; 2] {
        // SAFETY: as promised by the caller.
        unsafe {
            match rows {
                Rows::Apart(re, None) => double_row(Rows::Apart(re, Some(re)), at),
                rows => double_row(rows, at),
            }
        }
    }

    #[target_feature(enable = "avx2")]
    unsafe fn multiply_double(columns: &Columns<f64>, lines: *mut Complex<f64>) -> usize {
        let real = matches!(columns.rows, Rows::Apart(_, None));
        for (row, first) in blocks(columns) {
            // SAFETY: the rows and lines are there, as the caller promises.
            unsafe {
                let at = row * columns.stride + first;
                let [even0, odd0] = double_factors(columns.rows, at);
                let [even1, odd1] = double_factors(columns.rows, at + columns.stride);
                let [c0, c2] = two(even0, even1);
                let [c1, c3] = two(odd0, odd1);
                for (column, factors) in [c0, c1, c2, c3].into_iter().enumerate() {
                    let place = lines.add((first + column) * columns.line + row).cast();
                    let values = _mm256_loadu_pd(place);
                    let product = if real {
                        _mm256_mul_pd(values, factors)
                    } else {
                        // (a, b)(c, d) = (ac, bc) ∓ (bd, ad).
                        let turned = _mm256_permute_pd::<0b0101>(values);
                        _mm256_addsub_pd(
                            _mm256_mul_pd(values, _mm256_movedup_pd(factors)),
                            _mm256_mul_pd(turned, _mm256_permute_pd::<0b1111>(factors)),
                        )
                    };
                    _mm256_storeu_pd(place, product);
                }
            }
        }
        whole_rows(columns)
    }

    /// The columns 0, 1, 4, 5 and 2, 3, 6, 7 of a row where its parts are apart, and 0 to 3 and 4 to 7 where they are together.
    ///
    /// # Safety
    /// The row must be there.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn single_row(rows: Rows<f32>, at: usize) -> [__m256d; 2] {
        // SAFETY: as promised by the caller.
        unsafe {
            match rows {
                Rows::Together(rows) => {
                    let row = rows.add(at).cast::<f64>();
                    [_mm256_loadu_pd(row), _mm256_loadu_pd(row.add(4))]
                }
                Rows::Apart(re, im) => {
                    let re = _mm256_loadu_ps(re.add(at));
                    let im = match im {
                        Some(im) => _mm256_loadu_ps(im.add(at)),
                        None => _mm256_setzero_ps(),
                    };
                    [
                        _mm256_castps_pd(_mm256_unpacklo_ps(re, im)),
                        _mm256_castps_pd(_mm256_unpackhi_ps(re, im)),
                    ]
                }
            }
        }
    }

    /// The columns of both parts of [`single_row`].
    const fn single_columns(rows: Rows<f32>) -> [[usize; 4]; 2] {
        match rows {
            Rows::Together(_) => [[0, 1, 2, 3], [4, 5, 6, 7]],
            Rows::Apart(..) => [[0, 1, 4, 5], [2, 3, 6, 7]],
        }
    }

    #[target_feature(enable = "avx2")]
    unsafe fn single_to_lines(columns: &Columns<f32>, lines: *mut Complex<f32>) -> usize {
        let halves = single_columns(columns.rows);
        for (row, first) in blocks(columns) {
            // SAFETY: the rows and lines are there, as the caller promises.
            unsafe {
                let part = |place: usize| {
                    single_row(columns.rows, (row + place) * columns.stride + first)
                };
                let [a, b, c, d] = [part(0), part(1), part(2), part(3)];
                for (half, places) in halves.iter().enumerate() {
                    let turned = four([a[half], b[half], c[half], d[half]]);
                    for (column, values) in places.iter().zip(turned) {
                        let to = lines.add((first + column) * columns.line + row);
                        _mm256_storeu_pd(to.cast(), values);
                    }
                }
            }
        }
        whole_rows(columns)
    }

    #[target_feature(enable = "avx2")]
    unsafe fn single_to_rows(
        columns: &Columns<f32>,
        lines: *const Complex<f32>,
    ) -> usize {
        let halves = single_columns(columns.rows);
        for (row, first) in blocks(columns) {
            // SAFETY: the rows and lines are there, as the caller promises.
            unsafe {
                let part = |half: usize| {
                    four(halves[half].map(|column| {
                        _mm256_loadu_pd(
                            lines.add((first + column) * columns.line + row).cast(),
                        )
                    }))
                };
                let pairs = part(0).into_iter().zip(part(1));
                for (place, (low, high)) in pairs.enumerate() {
                    let at = (row + place) * columns.stride + first;
                    match columns.rows {
                        Rows::Together(rows) => {
                            let to = rows.add(at).cast::<f64>();
                            _mm256_storeu_pd(to, low);
                            _mm256_storeu_pd(to.add(4), high);
                        }
                        Rows::Apart(re, im) => {
                            let (low, high): (__m256, __m256) =
                                (_mm256_castpd_ps(low), _mm256_castpd_ps(high));
                            let real = _mm256_shuffle_ps::<0x88>(low, high);
                            _mm256_storeu_ps(re.add(at), real);
                            if let Some(im) = im {
                                let imaginary = _mm256_shuffle_ps::<0xdd>(low, high);
                                _mm256_storeu_ps(im.add(at), imaginary);
                            }
                        }
                    }
                }
            }
        }
        whole_rows(columns)
    }

    /// The columns of a row as factors: real ones twice, for real and imaginary part.
    ///
    /// # Safety
    /// The row must be there.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn single_factors(rows: Rows<f32>, at: usize) -> [__m256d; 2] {
        // SAFETY: as promised by the caller.
        unsafe {
            match rows {
                Rows::Apart(re, None) => single_row(Rows::Apart(re, Some(re)), at),
                rows => single_row(rows, at),
            }
        }
    }

    #[target_feature(enable = "avx2")]
    unsafe fn multiply_single(columns: &Columns<f32>, lines: *mut Complex<f32>) -> usize {
        let halves = single_columns(columns.rows);
        let real = matches!(columns.rows, Rows::Apart(_, None));
        for (row, first) in blocks(columns) {
            // SAFETY: the rows and lines are there, as the caller promises.
            unsafe {
                let part = |place: usize| {
                    single_factors(columns.rows, (row + place) * columns.stride + first)
                };
                let [a, b, c, d] = [part(0), part(1), part(2), part(3)];
                for (half, places) in halves.iter().enumerate() {
                    let turned = four([a[half], b[half], c[half], d[half]]);
                    for (column, factors) in places.iter().zip(turned) {
                        let factors = _mm256_castpd_ps(factors);
                        let place =
                            lines.add((first + column) * columns.line + row).cast();
                        let values = _mm256_loadu_ps(place);
                        let product = if real {
                            _mm256_mul_ps(values, factors)
                        } else {
                            let turned = _mm256_permute_ps::<0b10_11_00_01>(values);
                            _mm256_addsub_ps(
                                _mm256_mul_ps(values, _mm256_moveldup_ps(factors)),
                                _mm256_mul_ps(turned, _mm256_movehdup_ps(factors)),
                            )
                        };
                        _mm256_storeu_ps(place, product);
                    }
                }
            }
        }
        whole_rows(columns)
    }

    macro_rules! blocks {
        ($type:ty, $to_lines:ident, $to_rows:ident, $multiply:ident) => {
            impl Transpose for $type {
                unsafe fn blocks_to_lines(
                    columns: &Columns<Self>,
                    lines: *mut Complex<Self>,
                ) -> usize {
                    if !whole(columns) {
                        return 0;
                    }
                    // SAFETY: the machine has the instructions; the rest as promised by the caller.
                    unsafe { $to_lines(columns, lines) }
                }

                unsafe fn blocks_to_rows(
                    columns: &Columns<Self>,
                    lines: *const Complex<Self>,
                ) -> usize {
                    if !whole(columns) {
                        return 0;
                    }
                    // SAFETY: the machine has the instructions; the rest as promised by the caller.
                    unsafe { $to_rows(columns, lines) }
                }

                unsafe fn multiply_blocks(
                    columns: &Columns<Self>,
                    lines: *mut Complex<Self>,
                ) -> usize {
                    if !whole(columns) {
                        return 0;
                    }
                    // SAFETY: the machine has the instructions; the rest as promised by the caller.
                    unsafe { $multiply(columns, lines) }
                }
            }
        };
    }

    blocks!(f64, double_to_lines, double_to_rows, multiply_double);
    blocks!(f32, single_to_lines, single_to_rows, multiply_single);

    const _: () = assert!(rows_of::<f64>() == 2 && rows_of::<f32>() == 4);
}

#[cfg(test)]
mod tests {
    use super::{Columns, Complex, Rows, Transpose};

    /// Columns of counted numbers to lines and back to other rows, in all kinds of rows.
    fn there_and_back<T: Transpose + std::fmt::Debug>(number: fn(usize) -> T) {
        for (length, count) in
            [(1, 1), (7, 4), (7, 8), (12, 4), (13, 8), (12, 16), (4, 3)]
        {
            let (stride, line) = (count + 3, length + 2);
            let all = length * stride;
            let mut re: Vec<T> = (0..all).map(number).collect();
            let mut im: Vec<T> = (0..all).map(|place| number(1000 + place)).collect();
            let pairs = re.iter().zip(&im);
            let mut both: Vec<Complex<T>> =
                pairs.map(|(re, im)| Complex::new(*re, *im)).collect();
            let kinds = [
                Rows::Together(both.as_mut_ptr()),
                Rows::Apart(re.as_mut_ptr(), Some(im.as_mut_ptr())),
                Rows::Apart(re.as_mut_ptr(), None),
            ];
            for rows in kinds {
                let columns = Columns { rows, stride, length, count, line };
                let mut lines =
                    vec![Complex::new(number(9999), number(9999)); line * count];
                // SAFETY: there are so many rows.
                unsafe { columns.gather(&mut lines) };
                let real = matches!(rows, Rows::Apart(_, None));
                for row in 0..length {
                    for column in 0..count {
                        let at = row * stride + column;
                        let im = if real { T::default() } else { number(1000 + at) };
                        let value = lines[column * line + row];
                        assert_eq!(value, Complex::new(number(at), im));
                    }
                }
                let mut back = [vec![number(7777); all], vec![number(7777); all]];
                let mut back_both = vec![Complex::new(number(7777), number(7777)); all];
                let [back_re, back_im] = &mut back;
                let rows = match rows {
                    Rows::Together(_) => Rows::Together(back_both.as_mut_ptr()),
                    Rows::Apart(_, None) => Rows::Apart(back_re.as_mut_ptr(), None),
                    Rows::Apart(..) => {
                        Rows::Apart(back_re.as_mut_ptr(), Some(back_im.as_mut_ptr()))
                    }
                };
                let there = Columns { rows, ..columns };
                // SAFETY: there are so many rows.
                unsafe { there.scatter(&lines) };
                for at in 0..all {
                    let inside = at % stride < count;
                    let wanted = |value: usize| number(if inside { value } else { 7777 });
                    match rows {
                        Rows::Together(_) => assert_eq!(
                            back_both[at],
                            Complex::new(wanted(at), wanted(1000 + at))
                        ),
                        Rows::Apart(_, im) => {
                            assert_eq!(back[0][at], wanted(at));
                            let other = if im.is_some() { 1000 + at } else { 7777 };
                            assert_eq!(back[1][at], wanted(other));
                        }
                    }
                }
            }
        }
    }

    /// Lines times columns, number by number.
    fn products<T: Transpose + std::fmt::Debug>(number: fn(usize) -> T) {
        for (length, count) in
            [(1, 1), (7, 4), (7, 8), (12, 4), (13, 8), (12, 16), (4, 3)]
        {
            let (stride, line) = (count + 3, length + 2);
            let all = length * stride;
            let mut re: Vec<T> = (0..all).map(number).collect();
            let mut im: Vec<T> = (0..all).map(|place| number(100 + place)).collect();
            let pairs = re.iter().zip(&im);
            let mut both: Vec<Complex<T>> =
                pairs.map(|(re, im)| Complex::new(*re, *im)).collect();
            let kinds = [
                Rows::Together(both.as_mut_ptr()),
                Rows::Apart(re.as_mut_ptr(), Some(im.as_mut_ptr())),
                Rows::Apart(re.as_mut_ptr(), None),
            ];
            for rows in kinds {
                let columns = Columns { rows, stride, length, count, line };
                let start: Vec<Complex<T>> = (0..line * count)
                    .map(|place| Complex::new(number(7 * place), number(3 + place)))
                    .collect();
                let mut lines = start.clone();
                // SAFETY: there are so many rows.
                unsafe { columns.multiply(&mut lines) };
                for (place, (value, start)) in lines.iter().zip(start).enumerate() {
                    let (column, row) = (place / line, place % line);
                    if row >= length {
                        assert_eq!(*value, start, "between the lines");
                        continue;
                    }
                    let at = row * stride + column;
                    let factor = match rows {
                        Rows::Apart(_, None) => Complex::new(number(at), T::zero()),
                        _ => Complex::new(number(at), number(100 + at)),
                    };
                    assert_eq!(*value, start * factor);
                }
            }
        }
    }

    #[test]
    fn lines_are_multiplied_by_columns() {
        products::<f64>(|place| place as f64);
        products::<f32>(|place| place as f32);
    }

    #[test]
    fn columns_are_lines_and_lines_are_columns() {
        there_and_back::<f64>(|place| place as f64);
        there_and_back::<f32>(|place| place as f32);
    }
}
