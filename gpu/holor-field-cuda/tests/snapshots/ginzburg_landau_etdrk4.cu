// Compile with --fmad=false: a product and a sum are joined only where fma is written.

typedef double real;
typedef long long place;

// Cells of a row that have partial results of their own.
#define PIECE 1024
#define INFINITE __longlong_as_double(0x7ff0000000000000LL)

__device__ __forceinline__ int least(int a, int b) { return a < b ? a : b; }

// 2^n for a whole n, the exponent and the mantissa of a normal number, by their bits.
__device__ __forceinline__ double power_of_two(double n)
{
    return __longlong_as_double((long long)((unsigned long long)__double_as_longlong(n + 4503599627371519.0) << 52));
}
__device__ __forceinline__ float power_of_two(float n)
{
    return __int_as_float((int)((unsigned)__float_as_int(n + 8388735.0f) << 23));
}
__device__ __forceinline__ double exponent(double x)
{
    return (double)((__double_as_longlong(x) >> 52) & 0x7ff) - 1023.0;
}
__device__ __forceinline__ float exponent(float x)
{
    return (float)((__float_as_int(x) >> 23) & 0xff) - 127.0f;
}
__device__ __forceinline__ double mantissa(double x)
{
    return __longlong_as_double((__double_as_longlong(x) & (long long)0x800fffffffffffffULL) | 0x3ff0000000000000LL);
}
__device__ __forceinline__ float mantissa(float x)
{
    return __int_as_float((__float_as_int(x) & (int)0x807fffffU) | 0x3f800000);
}

// The earlier result comes first; NaN stays.
__device__ __forceinline__ double sum_of(double before, double value) { return before + value; }
__device__ __forceinline__ double greater_of(double before, double value)
{
    return value > before || value != value ? value : before;
}
__device__ __forceinline__ double smaller_of(double before, double value)
{
    return value < before || value != value ? value : before;
}

// A complex number, read and written at once.
struct __align__(2 * sizeof(real)) pair { real re, im; };

// coefficients: cells
extern "C" __global__ void __launch_bounds__(256)
cells_0(
    real *a0,
    real *a1,
    real *a2,
    real *a3,
    real *a4,
    real *a5,
    real *a6,
    real *a7,
    real *a8,
    real *a9,
    real *a10,
    real *a11,
    const real *__restrict__ t0,
    const real *__restrict__ t1,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s1 = scalars[1]; // step
    const double t1_0 = t1[k];
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        const double t0_0 = t0[j];
        const double v6 = t0_0 * (-0x1p-1); // -0.5
        const double v7 = 1.0 - t0_0;
        const double v9 = v7 - t1_0;
        const double v10 = fma((-0x1p-1), t1_0, v6); // -0.5
        const double v11 = s1 * v9;
        const double v12 = s1 * v10;
        const double v14 = v11 * 0x1p-1; // 0.5
        const double v15 = v12 * 0x1p-1; // 0.5
        const double v18 = 710.0 < v11 ? 710.0 : v11;
        const double v19 = (-0x1.6231eb851eb85p+9) > v18 ? (-0x1.6231eb851eb85p+9) : v18; // -708.39
        const double v21 = v19 * 0x1.71547652b82fep+0; // 1.4426950408889634
        const double v22 = rint(v21);
        const double v24 = fma(v22, (-0x1.62e42fefa39efp-1), v19); // -0.6931471805599453
        const double v26 = fma(v22, (-0x1.abc9e3b39803fp-56), v24); // -2.3190468138462996e-17
        const double v29 = fma(v26, 0x1.1e3c491767601p-29, 0x1.af6c7ef12b3a2p-26); // 2.0826372950001483e-9, 2.5112170957855755e-8
        const double v31 = fma(v26, v29, 0x1.27e5b5737cbd1p-22); // 2.7557583523392436e-7
        const double v33 = fma(v26, v31, 0x1.71ddefcbd9bf1p-19); // 2.7557234484778855e-6
        const double v35 = fma(v26, v33, 0x1.a01a0135abe1ap-16); // 2.480158692347136e-5
        const double v37 = fma(v26, v35, 0x1.a01a01b39f70dp-13); // 0.00019841269896752508
        const double v39 = fma(v26, v37, 0x1.6c16c16c308dcp-10); // 0.0013888888889118023
        const double v41 = fma(v26, v39, 0x1.111111110ec0ap-7); // 0.00833333333331689
        const double v43 = fma(v26, v41, 0x1.5555555555502p-5); // 0.04166666666666609
        const double v45 = fma(v26, v43, 0x1.555555555555bp-3); // 0.16666666666666682
        const double v46 = fma(v26, v45, 0x1p-1); // 0.5
        const double v47 = v26 * v26;
        const double v48 = fma(v46, v47, v26);
        const double v49 = 1.0 + v48;
        const double v50 = (-1.0) + v22;
        const double v51 = power_of_two(v50);
        const double v52 = v49 * v51;
        const double v53 = v52 + v52;
        const double v55 = v12 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v56 = rint(v55);
        const double v58 = fma(v56, (-0x1.921fb54442d18p+0), v12); // -1.5707963267948966
        const double v60 = fma(v56, (-0x1.1a62633145c07p-54), v58); // -6.123233995736766e-17
        const double v62 = fma(v56, 0x1.f1976b7ed8fbcp-110, v60); // 1.4973849048591698e-33
        const double v63 = v62 * v62;
        const double v66 = fma(v63, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v68 = fma(v63, v66, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v70 = fma(v63, v68, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v72 = fma(v63, v70, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v74 = fma(v63, v72, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v76 = fma(v63, v74, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v77 = v62 * v63;
        const double v78 = fma(v76, v77, v62);
        const double v81 = fma(v63, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v83 = fma(v63, v81, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v85 = fma(v63, v83, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v87 = fma(v63, v85, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v89 = fma(v63, v87, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v90 = v63 * v63;
        const double v91 = fma((-0x1p-1), v63, 1.0); // -0.5
        const double v92 = fma(v89, v90, v91);
        const double v94 = v56 * 0x1p-2; // 0.25
        const double v95 = floor(v94);
        const double v96 = v94 - v95;
        const double v97 = (-0x1p-1) + v96; // -0.5
        const double v98 = fabs(v97);
        const bool b99 = v98 == 0x1p-2; // 0.25
        const double v100 = b99 ? v92 : v78;
        const double v101 = b99 ? v78 : v92;
        const double v102 = -v100;
        const bool b103 = v96 < 0x1p-1; // 0.5
        const double v104 = b103 ? v100 : v102;
        const double v105 = -v101;
        const double v107 = v96 + (-0x1.8p-2); // -0.375
        const double v108 = fabs(v107);
        const bool b109 = v108 < 0x1p-2; // 0.25
        const double v110 = b109 ? v105 : v101;
        const double v111 = fabs(v12);
        const bool b113 = v111 <= 0x1p+46; // 70368744177664.0
        const double v115 = b113 ? v104 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v116 = b113 ? v110 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v117 = v53 * v116;
        const double v118 = v53 * v115;
        const double v120 = v12 * 0x1.0ce396db7f853p-70; // 8.896791392450574e-22
        const double v122 = fma(v11, 0x1.0ce396db7f853p-70, 0x1.71b8ef6dcf572p-66); // 8.896791392450574e-22, 1.9572941063391263e-20
        const double v123 = v11 * v122;
        const double v124 = v12 * v122;
        const double v125 = -v12;
        const double v126 = fma(v120, v125, v123);
        const double v127 = fma(v11, v120, v124);
        const double v129 = v126 + 0x1.e542ba4020225p-62; // 4.110317623312165e-19
        const double v130 = v11 * v129;
        const double v131 = v12 * v129;
        const double v132 = fma(v125, v127, v130);
        const double v133 = fma(v11, v127, v131);
        const double v135 = v132 + 0x1.2f49b46814157p-57; // 8.22063524662433e-18
        const double v136 = v11 * v135;
        const double v137 = v12 * v135;
        const double v138 = fma(v125, v133, v136);
        const double v139 = fma(v11, v133, v137);
        const double v141 = v138 + 0x1.6827863b97d97p-53; // 1.5619206968586225e-16
        const double v142 = v11 * v141;
        const double v143 = v12 * v141;
        const double v144 = fma(v125, v139, v142);
        const double v145 = fma(v11, v139, v143);
        const double v147 = v144 + 0x1.952c77030ad4ap-49; // 2.8114572543455206e-15
        const double v148 = v11 * v147;
        const double v149 = v12 * v147;
        const double v150 = fma(v125, v145, v148);
        const double v151 = fma(v11, v145, v149);
        const double v153 = v150 + 0x1.ae7f3e733b81fp-45; // 4.779477332387385e-14
        const double v154 = v11 * v153;
        const double v155 = v12 * v153;
        const double v156 = fma(v125, v151, v154);
        const double v157 = fma(v11, v151, v155);
        const double v159 = v156 + 0x1.ae7f3e733b81fp-41; // 7.647163731819816e-13
        const double v160 = v11 * v159;
        const double v161 = v12 * v159;
        const double v162 = fma(v125, v157, v160);
        const double v163 = fma(v11, v157, v161);
        const double v165 = v162 + 0x1.93974a8c07c9dp-37; // 1.1470745597729725e-11
        const double v166 = v11 * v165;
        const double v167 = v12 * v165;
        const double v168 = fma(v125, v163, v166);
        const double v169 = fma(v11, v163, v167);
        const double v171 = v168 + 0x1.6124613a86d09p-33; // 1.6059043836821613e-10
        const double v172 = v11 * v171;
        const double v173 = v12 * v171;
        const double v174 = fma(v125, v169, v172);
        const double v175 = fma(v11, v169, v173);
        const double v177 = v174 + 0x1.1eed8eff8d898p-29; // 2.08767569878681e-9
        const double v178 = v11 * v177;
        const double v179 = v12 * v177;
        const double v180 = fma(v125, v175, v178);
        const double v181 = fma(v11, v175, v179);
        const double v183 = v180 + 0x1.ae64567f544e4p-26; // 2.505210838544172e-8
        const double v184 = v11 * v183;
        const double v185 = v12 * v183;
        const double v186 = fma(v125, v181, v184);
        const double v187 = fma(v11, v181, v185);
        const double v189 = v186 + 0x1.27e4fb7789f5cp-22; // 2.755731922398589e-7
        const double v190 = v11 * v189;
        const double v191 = v12 * v189;
        const double v192 = fma(v125, v187, v190);
        const double v193 = fma(v11, v187, v191);
        const double v195 = v192 + 0x1.71de3a556c734p-19; // 2.7557319223985893e-6
        const double v196 = v11 * v195;
        const double v197 = v12 * v195;
        const double v198 = fma(v125, v193, v196);
        const double v199 = fma(v11, v193, v197);
        const double v201 = v198 + 0x1.a01a01a01a01ap-16; // 2.48015873015873e-5
        const double v202 = v11 * v201;
        const double v203 = v12 * v201;
        const double v204 = fma(v125, v199, v202);
        const double v205 = fma(v11, v199, v203);
        const double v207 = v204 + 0x1.a01a01a01a01ap-13; // 0.0001984126984126984
        const double v208 = v11 * v207;
        const double v209 = v12 * v207;
        const double v210 = fma(v125, v205, v208);
        const double v211 = fma(v11, v205, v209);
        const double v213 = v210 + 0x1.6c16c16c16c17p-10; // 0.001388888888888889
        const double v214 = v11 * v213;
        const double v215 = v12 * v213;
        const double v216 = fma(v125, v211, v214);
        const double v217 = fma(v11, v211, v215);
        const double v219 = v216 + 0x1.1111111111111p-7; // 0.008333333333333333
        const double v220 = v11 * v219;
        const double v221 = v12 * v219;
        const double v222 = fma(v125, v217, v220);
        const double v223 = fma(v11, v217, v221);
        const double v225 = v222 + 0x1.5555555555555p-5; // 0.041666666666666664
        const double v226 = v11 * v225;
        const double v227 = v12 * v225;
        const double v228 = fma(v125, v223, v226);
        const double v229 = fma(v11, v223, v227);
        const double v231 = v228 + 0x1.5555555555555p-3; // 0.16666666666666666
        const double v232 = v11 * v231;
        const double v233 = v12 * v231;
        const double v234 = fma(v125, v229, v232);
        const double v235 = fma(v11, v229, v233);
        const double v236 = 0x1p-1 + v234; // 0.5
        const double v237 = v11 * v236;
        const double v238 = v12 * v236;
        const double v239 = fma(v125, v235, v237);
        const double v240 = fma(v11, v235, v238);
        const double v241 = 1.0 + v239;
        const double v242 = v11 * v11;
        const double v243 = fma(v12, v12, v242);
        const bool b244 = v243 < 1.0;
        const double v245 = b244 ? 1.0 : v11;
        const double v246 = b244 ? 0.0 : v12;
        const double v247 = (-1.0) + v117;
        const double v248 = v245 * v247;
        const double v249 = v118 * v245;
        const double v250 = fma(v118, v246, v248);
        const double v251 = -v246;
        const double v252 = fma(v247, v251, v249);
        const double v253 = v245 * v245;
        const double v254 = fma(v246, v246, v253);
        const double v255 = v250 / v254;
        const double v256 = v252 / v254;
        const double v257 = (-1.0) + v255;
        const double v258 = v245 * v257;
        const double v259 = v245 * v256;
        const double v260 = fma(v246, v256, v258);
        const double v261 = fma(v251, v257, v259);
        const double v262 = v260 / v254;
        const double v263 = v261 / v254;
        const double v264 = (-0x1p-1) + v262; // -0.5
        const double v265 = v245 * v264;
        const double v266 = v245 * v263;
        const double v267 = fma(v246, v263, v265);
        const double v268 = fma(v251, v264, v266);
        const double v269 = v267 / v254;
        const double v270 = v268 / v254;
        const double v271 = b244 ? v241 : v255;
        const double v272 = b244 ? v240 : v256;
        const double v273 = b244 ? v236 : v262;
        const double v274 = b244 ? v235 : v263;
        const double v275 = b244 ? v231 : v269;
        const double v276 = b244 ? v229 : v270;
        const double v277 = 710.0 < v14 ? 710.0 : v14;
        const double v278 = (-0x1.6231eb851eb85p+9) > v277 ? (-0x1.6231eb851eb85p+9) : v277; // -708.39
        const double v279 = 0x1.71547652b82fep+0 * v278; // 1.4426950408889634
        const double v280 = rint(v279);
        const double v281 = fma((-0x1.62e42fefa39efp-1), v280, v278); // -0.6931471805599453
        const double v282 = fma((-0x1.abc9e3b39803fp-56), v280, v281); // -2.3190468138462996e-17
        const double v283 = fma(0x1.1e3c491767601p-29, v282, 0x1.af6c7ef12b3a2p-26); // 2.0826372950001483e-9, 2.5112170957855755e-8
        const double v284 = fma(v282, v283, 0x1.27e5b5737cbd1p-22); // 2.7557583523392436e-7
        const double v285 = fma(v282, v284, 0x1.71ddefcbd9bf1p-19); // 2.7557234484778855e-6
        const double v286 = fma(v282, v285, 0x1.a01a0135abe1ap-16); // 2.480158692347136e-5
        const double v287 = fma(v282, v286, 0x1.a01a01b39f70dp-13); // 0.00019841269896752508
        const double v288 = fma(v282, v287, 0x1.6c16c16c308dcp-10); // 0.0013888888889118023
        const double v289 = fma(v282, v288, 0x1.111111110ec0ap-7); // 0.00833333333331689
        const double v290 = fma(v282, v289, 0x1.5555555555502p-5); // 0.04166666666666609
        const double v291 = fma(v282, v290, 0x1.555555555555bp-3); // 0.16666666666666682
        const double v292 = fma(v282, v291, 0x1p-1); // 0.5
        const double v293 = v282 * v282;
        const double v294 = fma(v292, v293, v282);
        const double v295 = 1.0 + v294;
        const double v296 = (-1.0) + v280;
        const double v297 = power_of_two(v296);
        const double v298 = v295 * v297;
        const double v299 = v298 + v298;
        const double v300 = v15 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v301 = rint(v300);
        const double v302 = fma((-0x1.921fb54442d18p+0), v301, v15); // -1.5707963267948966
        const double v303 = fma((-0x1.1a62633145c07p-54), v301, v302); // -6.123233995736766e-17
        const double v304 = fma(0x1.f1976b7ed8fbcp-110, v301, v303); // 1.4973849048591698e-33
        const double v305 = v304 * v304;
        const double v306 = fma((-0x1.aa6715df4bee3p-41), v305, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v307 = fma(v305, v306, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v308 = fma(v305, v307, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v309 = fma(v305, v308, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v310 = fma(v305, v309, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v311 = fma(v305, v310, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v312 = v304 * v305;
        const double v313 = fma(v311, v312, v304);
        const double v314 = fma((-0x1.8fc2972a3cae7p-37), v305, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v315 = fma(v305, v314, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v316 = fma(v305, v315, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v317 = fma(v305, v316, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v318 = fma(v305, v317, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v319 = v305 * v305;
        const double v320 = fma((-0x1p-1), v305, 1.0); // -0.5
        const double v321 = fma(v318, v319, v320);
        const double v322 = 0x1p-2 * v301; // 0.25
        const double v323 = floor(v322);
        const double v324 = v322 - v323;
        const double v325 = (-0x1p-1) + v324; // -0.5
        const double v326 = fabs(v325);
        const bool b327 = v326 == 0x1p-2; // 0.25
        const double v328 = b327 ? v321 : v313;
        const double v329 = b327 ? v313 : v321;
        const double v330 = -v328;
        const bool b331 = v324 < 0x1p-1; // 0.5
        const double v332 = b331 ? v328 : v330;
        const double v333 = -v329;
        const double v334 = (-0x1.8p-2) + v324; // -0.375
        const double v335 = fabs(v334);
        const bool b336 = v335 < 0x1p-2; // 0.25
        const double v337 = b336 ? v333 : v329;
        const double v338 = fabs(v15);
        const bool b339 = v338 <= 0x1p+46; // 70368744177664.0
        const double v340 = b339 ? v332 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v341 = b339 ? v337 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v342 = v299 * v341;
        const double v343 = v299 * v340;
        const double v344 = v15 * 0x1.0ce396db7f853p-70; // 8.896791392450574e-22
        const double v345 = fma(v14, 0x1.0ce396db7f853p-70, 0x1.71b8ef6dcf572p-66); // 8.896791392450574e-22, 1.9572941063391263e-20
        const double v346 = v14 * v345;
        const double v347 = v15 * v345;
        const double v348 = -v15;
        const double v349 = fma(v344, v348, v346);
        const double v350 = fma(v14, v344, v347);
        const double v351 = 0x1.e542ba4020225p-62 + v349; // 4.110317623312165e-19
        const double v352 = v14 * v351;
        const double v353 = v15 * v351;
        const double v354 = fma(v348, v350, v352);
        const double v355 = fma(v14, v350, v353);
        const double v356 = 0x1.2f49b46814157p-57 + v354; // 8.22063524662433e-18
        const double v357 = v14 * v356;
        const double v358 = v15 * v356;
        const double v359 = fma(v348, v355, v357);
        const double v360 = fma(v14, v355, v358);
        const double v361 = 0x1.6827863b97d97p-53 + v359; // 1.5619206968586225e-16
        const double v362 = v14 * v361;
        const double v363 = v15 * v361;
        const double v364 = fma(v348, v360, v362);
        const double v365 = fma(v14, v360, v363);
        const double v366 = 0x1.952c77030ad4ap-49 + v364; // 2.8114572543455206e-15
        const double v367 = v14 * v366;
        const double v368 = v15 * v366;
        const double v369 = fma(v348, v365, v367);
        const double v370 = fma(v14, v365, v368);
        const double v371 = 0x1.ae7f3e733b81fp-45 + v369; // 4.779477332387385e-14
        const double v372 = v14 * v371;
        const double v373 = v15 * v371;
        const double v374 = fma(v348, v370, v372);
        const double v375 = fma(v14, v370, v373);
        const double v376 = 0x1.ae7f3e733b81fp-41 + v374; // 7.647163731819816e-13
        const double v377 = v14 * v376;
        const double v378 = v15 * v376;
        const double v379 = fma(v348, v375, v377);
        const double v380 = fma(v14, v375, v378);
        const double v381 = 0x1.93974a8c07c9dp-37 + v379; // 1.1470745597729725e-11
        const double v382 = v14 * v381;
        const double v383 = v15 * v381;
        const double v384 = fma(v348, v380, v382);
        const double v385 = fma(v14, v380, v383);
        const double v386 = 0x1.6124613a86d09p-33 + v384; // 1.6059043836821613e-10
        const double v387 = v14 * v386;
        const double v388 = v15 * v386;
        const double v389 = fma(v348, v385, v387);
        const double v390 = fma(v14, v385, v388);
        const double v391 = 0x1.1eed8eff8d898p-29 + v389; // 2.08767569878681e-9
        const double v392 = v14 * v391;
        const double v393 = v15 * v391;
        const double v394 = fma(v348, v390, v392);
        const double v395 = fma(v14, v390, v393);
        const double v396 = 0x1.ae64567f544e4p-26 + v394; // 2.505210838544172e-8
        const double v397 = v14 * v396;
        const double v398 = v15 * v396;
        const double v399 = fma(v348, v395, v397);
        const double v400 = fma(v14, v395, v398);
        const double v401 = 0x1.27e4fb7789f5cp-22 + v399; // 2.755731922398589e-7
        const double v402 = v14 * v401;
        const double v403 = v15 * v401;
        const double v404 = fma(v348, v400, v402);
        const double v405 = fma(v14, v400, v403);
        const double v406 = 0x1.71de3a556c734p-19 + v404; // 2.7557319223985893e-6
        const double v407 = v14 * v406;
        const double v408 = v15 * v406;
        const double v409 = fma(v348, v405, v407);
        const double v410 = fma(v14, v405, v408);
        const double v411 = 0x1.a01a01a01a01ap-16 + v409; // 2.48015873015873e-5
        const double v412 = v14 * v411;
        const double v413 = v15 * v411;
        const double v414 = fma(v348, v410, v412);
        const double v415 = fma(v14, v410, v413);
        const double v416 = 0x1.a01a01a01a01ap-13 + v414; // 0.0001984126984126984
        const double v417 = v14 * v416;
        const double v418 = v15 * v416;
        const double v419 = fma(v348, v415, v417);
        const double v420 = fma(v14, v415, v418);
        const double v421 = 0x1.6c16c16c16c17p-10 + v419; // 0.001388888888888889
        const double v422 = v14 * v421;
        const double v423 = v15 * v421;
        const double v424 = fma(v348, v420, v422);
        const double v425 = fma(v14, v420, v423);
        const double v426 = 0x1.1111111111111p-7 + v424; // 0.008333333333333333
        const double v427 = v14 * v426;
        const double v428 = v15 * v426;
        const double v429 = fma(v348, v425, v427);
        const double v430 = fma(v14, v425, v428);
        const double v431 = 0x1.5555555555555p-5 + v429; // 0.041666666666666664
        const double v432 = v14 * v431;
        const double v433 = v15 * v431;
        const double v434 = fma(v348, v430, v432);
        const double v435 = fma(v14, v430, v433);
        const double v436 = 0x1.5555555555555p-3 + v434; // 0.16666666666666666
        const double v437 = v14 * v436;
        const double v438 = v15 * v436;
        const double v439 = fma(v348, v435, v437);
        const double v440 = fma(v14, v435, v438);
        const double v441 = 0x1p-1 + v439; // 0.5
        const double v442 = v14 * v441;
        const double v443 = v15 * v441;
        const double v444 = fma(v348, v440, v442);
        const double v445 = fma(v14, v440, v443);
        const double v446 = 1.0 + v444;
        const double v447 = v14 * v14;
        const double v448 = fma(v15, v15, v447);
        const bool b449 = v448 < 1.0;
        const double v450 = b449 ? 1.0 : v14;
        const double v451 = b449 ? 0.0 : v15;
        const double v452 = (-1.0) + v342;
        const double v453 = v450 * v452;
        const double v454 = v343 * v450;
        const double v455 = fma(v343, v451, v453);
        const double v456 = -v451;
        const double v457 = fma(v452, v456, v454);
        const double v458 = v450 * v450;
        const double v459 = fma(v451, v451, v458);
        const double v460 = v455 / v459;
        const double v461 = v457 / v459;
        const double v462 = b449 ? v446 : v460;
        const double v463 = b449 ? v445 : v461;
        const double v465 = fma(v273, (-3.0), v271);
        const double v466 = fma(v274, (-3.0), v272);
        const double v468 = v275 * 4.0;
        const double v469 = v276 * 4.0;
        const double v470 = v465 + v468;
        const double v471 = v466 + v469;
        const double v473 = v273 * 2.0;
        const double v474 = v274 * 2.0;
        const double v476 = fma(v275, (-4.0), v473);
        const double v477 = fma(v276, (-4.0), v474);
        const double v478 = v468 - v273;
        const double v479 = v469 - v274;
        const double v480 = 0x1p-1 * v462; // 0.5
        const double v481 = 0x1p-1 * v463; // 0.5
        const double v482 = s1 * v480;
        const double v483 = s1 * v481;
        const double v484 = s1 * v470;
        const double v485 = s1 * v471;
        const double v486 = s1 * v476;
        const double v487 = s1 * v477;
        const double v488 = s1 * v478;
        const double v489 = s1 * v479;
        a0[p] = v117;
        a1[p] = v118;
        a2[p] = v342;
        a3[p] = v343;
        a4[p] = v482;
        a5[p] = v483;
        a6[p] = v484;
        a7[p] = v485;
        a8[p] = v486;
        a9[p] = v487;
        a10[p] = v488;
        a11[p] = v489;
    }
}

// what products need: cells
extern "C" __global__ void __launch_bounds__(256)
cells_1(
    const pair *__restrict__ a0,
    pair *a2,
    const real *__restrict__ t2,
    const real *__restrict__ t3,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double t3_0 = t3[k];
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double t2_0 = t2[j];
        const double v4 = t2_0 * t3_0;
        const double v5 = a0_0 * v4;
        const double v6 = a1_0 * v4;
        a2[q] = pair{v5 * 0x1.107fbbe01108p-9, v6 * 0x1.107fbbe01108p-9};
    }
}

// rates at the cells: cells
extern "C" __global__ void __launch_bounds__(256)
cells_2(
    const pair *__restrict__ a0,
    pair *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double v2 = a0_0 * a0_0;
        const double v3 = fma(a1_0, a1_0, v2);
        const double v4 = a0_0 * v3;
        const double v5 = a1_0 * v3;
        const double v7 = -v4;
        const double v9 = fma(v5, (-0x1.8p+0), v7); // -1.5
        const double v10 = -v5;
        const double v11 = fma(v4, 0x1.8p+0, v10); // 1.5
        a2[q] = pair{v9, v11};
    }
}

// rates of modes: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
    pair *a0,
    const real *__restrict__ t2,
    const real *__restrict__ t3,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double t3_0 = t3[k];
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double t2_0 = t2[j];
        const double v4 = t2_0 * t3_0;
        const double v5 = a0_0 * v4;
        const double v6 = a1_0 * v4;
        a0[q] = pair{v5, v6};
    }
}

// etdrk4 a: cells
extern "C" __global__ void __launch_bounds__(256)
cells_4(
    const pair *__restrict__ a0,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const pair *__restrict__ a4,
    const real *__restrict__ a6,
    const real *__restrict__ a7,
    real *a8,
    real *a9,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const pair z4_0 = a4[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a4_0 = z4_0.re;
        const double a5_0 = z4_0.im;
        const double a6_0 = a6[p];
        const double a7_0 = a7[p];
        const double v4 = a0_0 * a2_0;
        const double v5 = a1_0 * a2_0;
        const double v6 = -a1_0;
        const double v7 = fma(a3_0, v6, v4);
        const double v8 = fma(a0_0, a3_0, v5);
        const double v13 = a4_0 * a6_0;
        const double v14 = a5_0 * a6_0;
        const double v15 = -a5_0;
        const double v16 = fma(a7_0, v15, v13);
        const double v17 = fma(a4_0, a7_0, v14);
        const double v18 = v7 + v16;
        const double v19 = v8 + v17;
        a8[p] = v18;
        a9[p] = v19;
    }
}

// what products need: cells
extern "C" __global__ void __launch_bounds__(256)
cells_5(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    pair *a2,
    const real *__restrict__ t2,
    const real *__restrict__ t3,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double t3_0 = t3[k];
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const double a0_0 = a0[p];
        const double a1_0 = a1[p];
        const double t2_0 = t2[j];
        const double v4 = t2_0 * t3_0;
        const double v5 = a0_0 * v4;
        const double v6 = a1_0 * v4;
        a2[q] = pair{v5 * 0x1.107fbbe01108p-9, v6 * 0x1.107fbbe01108p-9};
    }
}

// etdrk4 c: cells
extern "C" __global__ void __launch_bounds__(256)
cells_6(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const pair *__restrict__ a4,
    const pair *__restrict__ a6,
    const real *__restrict__ a8,
    const real *__restrict__ a9,
    real *a10,
    real *a11,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z4_0 = a4[q];
        const pair z6_0 = a6[q];
        const double a0_0 = a0[p];
        const double a1_0 = a1[p];
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a4_0 = z4_0.re;
        const double a5_0 = z4_0.im;
        const double a6_0 = z6_0.re;
        const double a7_0 = z6_0.im;
        const double a8_0 = a8[p];
        const double a9_0 = a9[p];
        const double v4 = a0_0 * a2_0;
        const double v5 = a1_0 * a2_0;
        const double v6 = -a1_0;
        const double v7 = fma(a3_0, v6, v4);
        const double v8 = fma(a0_0, a3_0, v5);
        const double v14 = -a6_0;
        const double v15 = fma(a4_0, 2.0, v14);
        const double v16 = -a7_0;
        const double v17 = fma(a5_0, 2.0, v16);
        const double v20 = v15 * a8_0;
        const double v21 = v17 * a8_0;
        const double v22 = -v17;
        const double v23 = fma(a9_0, v22, v20);
        const double v24 = fma(v15, a9_0, v21);
        const double v25 = v7 + v23;
        const double v26 = v8 + v24;
        a10[p] = v25;
        a11[p] = v26;
    }
}

// etdrk4: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
    pair *a0,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const pair *__restrict__ a4,
    const real *__restrict__ a6,
    const real *__restrict__ a7,
    const pair *__restrict__ a8,
    const pair *__restrict__ a10,
    const real *__restrict__ a12,
    const real *__restrict__ a13,
    const pair *__restrict__ a14,
    const real *__restrict__ a16,
    const real *__restrict__ a17,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    for (int j = first; j < last; j++) {
        place p = (place)i * 832 + (place)j * 64 + k;
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const pair z4_0 = a4[q];
        const pair z8_0 = a8[q];
        const pair z10_0 = a10[q];
        const pair z14_0 = a14[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double a2_0 = a2[p];
        const double a3_0 = a3[p];
        const double a4_0 = z4_0.re;
        const double a5_0 = z4_0.im;
        const double a6_0 = a6[p];
        const double a7_0 = a7[p];
        const double a8_0 = z8_0.re;
        const double a9_0 = z8_0.im;
        const double a10_0 = z10_0.re;
        const double a11_0 = z10_0.im;
        const double a12_0 = a12[p];
        const double a13_0 = a13[p];
        const double a14_0 = z14_0.re;
        const double a15_0 = z14_0.im;
        const double a16_0 = a16[p];
        const double a17_0 = a17[p];
        const double v4 = a0_0 * a2_0;
        const double v5 = a1_0 * a2_0;
        const double v6 = -a1_0;
        const double v7 = fma(a3_0, v6, v4);
        const double v8 = fma(a0_0, a3_0, v5);
        const double v13 = a4_0 * a6_0;
        const double v14 = a5_0 * a6_0;
        const double v15 = -a5_0;
        const double v16 = fma(a7_0, v15, v13);
        const double v17 = fma(a4_0, a7_0, v14);
        const double v18 = v7 + v16;
        const double v19 = v8 + v17;
        const double v24 = a8_0 + a10_0;
        const double v25 = a9_0 + a11_0;
        const double v28 = v24 * a12_0;
        const double v29 = v25 * a12_0;
        const double v30 = -v25;
        const double v31 = fma(a13_0, v30, v28);
        const double v32 = fma(v24, a13_0, v29);
        const double v33 = v18 + v31;
        const double v34 = v19 + v32;
        const double v39 = a14_0 * a16_0;
        const double v40 = a15_0 * a16_0;
        const double v41 = -a15_0;
        const double v42 = fma(a17_0, v41, v39);
        const double v43 = fma(a14_0, a17_0, v40);
        const double v44 = v33 + v42;
        const double v45 = v34 + v43;
        a0[q] = pair{v44, v45};
    }
}

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_8(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}

// copy: cells
extern "C" __global__ void __launch_bounds__(256)
cells_9(
    const pair *__restrict__ a0,
    pair *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    for (int j = first; j < last; j++) {
        place q = (place)i * 481 + (place)j * 37 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        a2[q] = pair{a0_0 * 0x1.107fbbe01108p-9, a1_0 * 0x1.107fbbe01108p-9};
    }
}
