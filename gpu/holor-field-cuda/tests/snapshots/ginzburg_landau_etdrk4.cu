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
        const double v123 = v12 * v122;
        const double v124 = -v12;
        const double v125 = fma(v11, v120, v123);
        const double v127 = fma(v11, v122, 0x1.e542ba4020225p-62); // 4.110317623312165e-19
        const double v128 = fma(v120, v124, v127);
        const double v129 = v12 * v128;
        const double v130 = fma(v11, v125, v129);
        const double v132 = fma(v11, v128, 0x1.2f49b46814157p-57); // 8.22063524662433e-18
        const double v133 = fma(v124, v125, v132);
        const double v134 = v12 * v133;
        const double v135 = fma(v11, v130, v134);
        const double v137 = fma(v11, v133, 0x1.6827863b97d97p-53); // 1.5619206968586225e-16
        const double v138 = fma(v124, v130, v137);
        const double v139 = v12 * v138;
        const double v140 = fma(v11, v135, v139);
        const double v142 = fma(v11, v138, 0x1.952c77030ad4ap-49); // 2.8114572543455206e-15
        const double v143 = fma(v124, v135, v142);
        const double v144 = v12 * v143;
        const double v145 = fma(v11, v140, v144);
        const double v147 = fma(v11, v143, 0x1.ae7f3e733b81fp-45); // 4.779477332387385e-14
        const double v148 = fma(v124, v140, v147);
        const double v149 = v12 * v148;
        const double v150 = fma(v11, v145, v149);
        const double v152 = fma(v11, v148, 0x1.ae7f3e733b81fp-41); // 7.647163731819816e-13
        const double v153 = fma(v124, v145, v152);
        const double v154 = v12 * v153;
        const double v155 = fma(v11, v150, v154);
        const double v157 = fma(v11, v153, 0x1.93974a8c07c9dp-37); // 1.1470745597729725e-11
        const double v158 = fma(v124, v150, v157);
        const double v159 = v12 * v158;
        const double v160 = fma(v11, v155, v159);
        const double v162 = fma(v11, v158, 0x1.6124613a86d09p-33); // 1.6059043836821613e-10
        const double v163 = fma(v124, v155, v162);
        const double v164 = v12 * v163;
        const double v165 = fma(v11, v160, v164);
        const double v167 = fma(v11, v163, 0x1.1eed8eff8d898p-29); // 2.08767569878681e-9
        const double v168 = fma(v124, v160, v167);
        const double v169 = v12 * v168;
        const double v170 = fma(v11, v165, v169);
        const double v172 = fma(v11, v168, 0x1.ae64567f544e4p-26); // 2.505210838544172e-8
        const double v173 = fma(v124, v165, v172);
        const double v174 = v12 * v173;
        const double v175 = fma(v11, v170, v174);
        const double v177 = fma(v11, v173, 0x1.27e4fb7789f5cp-22); // 2.755731922398589e-7
        const double v178 = fma(v124, v170, v177);
        const double v179 = v12 * v178;
        const double v180 = fma(v11, v175, v179);
        const double v182 = fma(v11, v178, 0x1.71de3a556c734p-19); // 2.7557319223985893e-6
        const double v183 = fma(v124, v175, v182);
        const double v184 = v12 * v183;
        const double v185 = fma(v11, v180, v184);
        const double v187 = fma(v11, v183, 0x1.a01a01a01a01ap-16); // 2.48015873015873e-5
        const double v188 = fma(v124, v180, v187);
        const double v189 = v12 * v188;
        const double v190 = fma(v11, v185, v189);
        const double v192 = fma(v11, v188, 0x1.a01a01a01a01ap-13); // 0.0001984126984126984
        const double v193 = fma(v124, v185, v192);
        const double v194 = v12 * v193;
        const double v195 = fma(v11, v190, v194);
        const double v197 = fma(v11, v193, 0x1.6c16c16c16c17p-10); // 0.001388888888888889
        const double v198 = fma(v124, v190, v197);
        const double v199 = v12 * v198;
        const double v200 = fma(v11, v195, v199);
        const double v202 = fma(v11, v198, 0x1.1111111111111p-7); // 0.008333333333333333
        const double v203 = fma(v124, v195, v202);
        const double v204 = v12 * v203;
        const double v205 = fma(v11, v200, v204);
        const double v207 = fma(v11, v203, 0x1.5555555555555p-5); // 0.041666666666666664
        const double v208 = fma(v124, v200, v207);
        const double v209 = v12 * v208;
        const double v210 = fma(v11, v205, v209);
        const double v212 = fma(v11, v208, 0x1.5555555555555p-3); // 0.16666666666666666
        const double v213 = fma(v124, v205, v212);
        const double v214 = v12 * v213;
        const double v215 = fma(v11, v210, v214);
        const double v216 = fma(v11, v213, 0x1p-1); // 0.5
        const double v217 = fma(v124, v210, v216);
        const double v218 = v12 * v217;
        const double v219 = fma(v11, v215, v218);
        const double v220 = fma(v11, v217, 1.0);
        const double v221 = fma(v124, v215, v220);
        const double v222 = v11 * v11;
        const double v223 = fma(v12, v12, v222);
        const bool b224 = v223 < 1.0;
        const double v225 = b224 ? 1.0 : v11;
        const double v226 = b224 ? 0.0 : v12;
        const double v227 = (-1.0) + v117;
        const double v228 = v225 * v227;
        const double v229 = v118 * v225;
        const double v230 = fma(v118, v226, v228);
        const double v231 = -v226;
        const double v232 = fma(v227, v231, v229);
        const double v233 = v225 * v225;
        const double v234 = fma(v226, v226, v233);
        const double v235 = v230 / v234;
        const double v236 = v232 / v234;
        const double v237 = (-1.0) + v235;
        const double v238 = v225 * v237;
        const double v239 = v225 * v236;
        const double v240 = fma(v226, v236, v238);
        const double v241 = fma(v231, v237, v239);
        const double v242 = v240 / v234;
        const double v243 = v241 / v234;
        const double v244 = (-0x1p-1) + v242; // -0.5
        const double v245 = v225 * v244;
        const double v246 = v225 * v243;
        const double v247 = fma(v226, v243, v245);
        const double v248 = fma(v231, v244, v246);
        const double v249 = v247 / v234;
        const double v250 = v248 / v234;
        const double v251 = b224 ? v221 : v235;
        const double v252 = b224 ? v219 : v236;
        const double v253 = b224 ? v217 : v242;
        const double v254 = b224 ? v215 : v243;
        const double v255 = b224 ? v213 : v249;
        const double v256 = b224 ? v210 : v250;
        const double v257 = 710.0 < v14 ? 710.0 : v14;
        const double v258 = (-0x1.6231eb851eb85p+9) > v257 ? (-0x1.6231eb851eb85p+9) : v257; // -708.39
        const double v259 = 0x1.71547652b82fep+0 * v258; // 1.4426950408889634
        const double v260 = rint(v259);
        const double v261 = fma((-0x1.62e42fefa39efp-1), v260, v258); // -0.6931471805599453
        const double v262 = fma((-0x1.abc9e3b39803fp-56), v260, v261); // -2.3190468138462996e-17
        const double v263 = fma(0x1.1e3c491767601p-29, v262, 0x1.af6c7ef12b3a2p-26); // 2.0826372950001483e-9, 2.5112170957855755e-8
        const double v264 = fma(v262, v263, 0x1.27e5b5737cbd1p-22); // 2.7557583523392436e-7
        const double v265 = fma(v262, v264, 0x1.71ddefcbd9bf1p-19); // 2.7557234484778855e-6
        const double v266 = fma(v262, v265, 0x1.a01a0135abe1ap-16); // 2.480158692347136e-5
        const double v267 = fma(v262, v266, 0x1.a01a01b39f70dp-13); // 0.00019841269896752508
        const double v268 = fma(v262, v267, 0x1.6c16c16c308dcp-10); // 0.0013888888889118023
        const double v269 = fma(v262, v268, 0x1.111111110ec0ap-7); // 0.00833333333331689
        const double v270 = fma(v262, v269, 0x1.5555555555502p-5); // 0.04166666666666609
        const double v271 = fma(v262, v270, 0x1.555555555555bp-3); // 0.16666666666666682
        const double v272 = fma(v262, v271, 0x1p-1); // 0.5
        const double v273 = v262 * v262;
        const double v274 = fma(v272, v273, v262);
        const double v275 = 1.0 + v274;
        const double v276 = (-1.0) + v260;
        const double v277 = power_of_two(v276);
        const double v278 = v275 * v277;
        const double v279 = v278 + v278;
        const double v280 = v15 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v281 = rint(v280);
        const double v282 = fma((-0x1.921fb54442d18p+0), v281, v15); // -1.5707963267948966
        const double v283 = fma((-0x1.1a62633145c07p-54), v281, v282); // -6.123233995736766e-17
        const double v284 = fma(0x1.f1976b7ed8fbcp-110, v281, v283); // 1.4973849048591698e-33
        const double v285 = v284 * v284;
        const double v286 = fma((-0x1.aa6715df4bee3p-41), v285, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v287 = fma(v285, v286, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v288 = fma(v285, v287, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v289 = fma(v285, v288, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v290 = fma(v285, v289, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v291 = fma(v285, v290, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v292 = v284 * v285;
        const double v293 = fma(v291, v292, v284);
        const double v294 = fma((-0x1.8fc2972a3cae7p-37), v285, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v295 = fma(v285, v294, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v296 = fma(v285, v295, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v297 = fma(v285, v296, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v298 = fma(v285, v297, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v299 = v285 * v285;
        const double v300 = fma((-0x1p-1), v285, 1.0); // -0.5
        const double v301 = fma(v298, v299, v300);
        const double v302 = 0x1p-2 * v281; // 0.25
        const double v303 = floor(v302);
        const double v304 = v302 - v303;
        const double v305 = (-0x1p-1) + v304; // -0.5
        const double v306 = fabs(v305);
        const bool b307 = v306 == 0x1p-2; // 0.25
        const double v308 = b307 ? v301 : v293;
        const double v309 = b307 ? v293 : v301;
        const double v310 = -v308;
        const bool b311 = v304 < 0x1p-1; // 0.5
        const double v312 = b311 ? v308 : v310;
        const double v313 = -v309;
        const double v314 = (-0x1.8p-2) + v304; // -0.375
        const double v315 = fabs(v314);
        const bool b316 = v315 < 0x1p-2; // 0.25
        const double v317 = b316 ? v313 : v309;
        const double v318 = fabs(v15);
        const bool b319 = v318 <= 0x1p+46; // 70368744177664.0
        const double v320 = b319 ? v312 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v321 = b319 ? v317 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v322 = v279 * v321;
        const double v323 = v279 * v320;
        const double v324 = v15 * 0x1.0ce396db7f853p-70; // 8.896791392450574e-22
        const double v325 = fma(v14, 0x1.0ce396db7f853p-70, 0x1.71b8ef6dcf572p-66); // 8.896791392450574e-22, 1.9572941063391263e-20
        const double v326 = v15 * v325;
        const double v327 = -v15;
        const double v328 = fma(v14, v324, v326);
        const double v329 = fma(v14, v325, 0x1.e542ba4020225p-62); // 4.110317623312165e-19
        const double v330 = fma(v324, v327, v329);
        const double v331 = v15 * v330;
        const double v332 = fma(v14, v328, v331);
        const double v333 = fma(v14, v330, 0x1.2f49b46814157p-57); // 8.22063524662433e-18
        const double v334 = fma(v327, v328, v333);
        const double v335 = v15 * v334;
        const double v336 = fma(v14, v332, v335);
        const double v337 = fma(v14, v334, 0x1.6827863b97d97p-53); // 1.5619206968586225e-16
        const double v338 = fma(v327, v332, v337);
        const double v339 = v15 * v338;
        const double v340 = fma(v14, v336, v339);
        const double v341 = fma(v14, v338, 0x1.952c77030ad4ap-49); // 2.8114572543455206e-15
        const double v342 = fma(v327, v336, v341);
        const double v343 = v15 * v342;
        const double v344 = fma(v14, v340, v343);
        const double v345 = fma(v14, v342, 0x1.ae7f3e733b81fp-45); // 4.779477332387385e-14
        const double v346 = fma(v327, v340, v345);
        const double v347 = v15 * v346;
        const double v348 = fma(v14, v344, v347);
        const double v349 = fma(v14, v346, 0x1.ae7f3e733b81fp-41); // 7.647163731819816e-13
        const double v350 = fma(v327, v344, v349);
        const double v351 = v15 * v350;
        const double v352 = fma(v14, v348, v351);
        const double v353 = fma(v14, v350, 0x1.93974a8c07c9dp-37); // 1.1470745597729725e-11
        const double v354 = fma(v327, v348, v353);
        const double v355 = v15 * v354;
        const double v356 = fma(v14, v352, v355);
        const double v357 = fma(v14, v354, 0x1.6124613a86d09p-33); // 1.6059043836821613e-10
        const double v358 = fma(v327, v352, v357);
        const double v359 = v15 * v358;
        const double v360 = fma(v14, v356, v359);
        const double v361 = fma(v14, v358, 0x1.1eed8eff8d898p-29); // 2.08767569878681e-9
        const double v362 = fma(v327, v356, v361);
        const double v363 = v15 * v362;
        const double v364 = fma(v14, v360, v363);
        const double v365 = fma(v14, v362, 0x1.ae64567f544e4p-26); // 2.505210838544172e-8
        const double v366 = fma(v327, v360, v365);
        const double v367 = v15 * v366;
        const double v368 = fma(v14, v364, v367);
        const double v369 = fma(v14, v366, 0x1.27e4fb7789f5cp-22); // 2.755731922398589e-7
        const double v370 = fma(v327, v364, v369);
        const double v371 = v15 * v370;
        const double v372 = fma(v14, v368, v371);
        const double v373 = fma(v14, v370, 0x1.71de3a556c734p-19); // 2.7557319223985893e-6
        const double v374 = fma(v327, v368, v373);
        const double v375 = v15 * v374;
        const double v376 = fma(v14, v372, v375);
        const double v377 = fma(v14, v374, 0x1.a01a01a01a01ap-16); // 2.48015873015873e-5
        const double v378 = fma(v327, v372, v377);
        const double v379 = v15 * v378;
        const double v380 = fma(v14, v376, v379);
        const double v381 = fma(v14, v378, 0x1.a01a01a01a01ap-13); // 0.0001984126984126984
        const double v382 = fma(v327, v376, v381);
        const double v383 = v15 * v382;
        const double v384 = fma(v14, v380, v383);
        const double v385 = fma(v14, v382, 0x1.6c16c16c16c17p-10); // 0.001388888888888889
        const double v386 = fma(v327, v380, v385);
        const double v387 = v15 * v386;
        const double v388 = fma(v14, v384, v387);
        const double v389 = fma(v14, v386, 0x1.1111111111111p-7); // 0.008333333333333333
        const double v390 = fma(v327, v384, v389);
        const double v391 = v15 * v390;
        const double v392 = fma(v14, v388, v391);
        const double v393 = fma(v14, v390, 0x1.5555555555555p-5); // 0.041666666666666664
        const double v394 = fma(v327, v388, v393);
        const double v395 = v15 * v394;
        const double v396 = fma(v14, v392, v395);
        const double v397 = fma(v14, v394, 0x1.5555555555555p-3); // 0.16666666666666666
        const double v398 = fma(v327, v392, v397);
        const double v399 = v15 * v398;
        const double v400 = fma(v14, v396, v399);
        const double v401 = fma(v14, v398, 0x1p-1); // 0.5
        const double v402 = fma(v327, v396, v401);
        const double v403 = v15 * v402;
        const double v404 = fma(v14, v400, v403);
        const double v405 = fma(v14, v402, 1.0);
        const double v406 = fma(v327, v400, v405);
        const double v407 = v14 * v14;
        const double v408 = fma(v15, v15, v407);
        const bool b409 = v408 < 1.0;
        const double v410 = b409 ? 1.0 : v14;
        const double v411 = b409 ? 0.0 : v15;
        const double v412 = (-1.0) + v322;
        const double v413 = v410 * v412;
        const double v414 = v323 * v410;
        const double v415 = fma(v323, v411, v413);
        const double v416 = -v411;
        const double v417 = fma(v412, v416, v414);
        const double v418 = v410 * v410;
        const double v419 = fma(v411, v411, v418);
        const double v420 = v415 / v419;
        const double v421 = v417 / v419;
        const double v422 = b409 ? v406 : v420;
        const double v423 = b409 ? v404 : v421;
        const double v425 = fma(v253, (-3.0), v251);
        const double v426 = fma(v254, (-3.0), v252);
        const double v428 = v255 * 4.0;
        const double v429 = v256 * 4.0;
        const double v430 = v425 + v428;
        const double v431 = v426 + v429;
        const double v433 = v253 * 2.0;
        const double v434 = v254 * 2.0;
        const double v436 = fma(v255, (-4.0), v433);
        const double v437 = fma(v256, (-4.0), v434);
        const double v438 = v428 - v253;
        const double v439 = v429 - v254;
        const double v440 = 0x1p-1 * v422; // 0.5
        const double v441 = 0x1p-1 * v423; // 0.5
        const double v442 = s1 * v440;
        const double v443 = s1 * v441;
        const double v444 = s1 * v430;
        const double v445 = s1 * v431;
        const double v446 = s1 * v436;
        const double v447 = s1 * v437;
        const double v448 = s1 * v438;
        const double v449 = s1 * v439;
        a0[p] = v117;
        a1[p] = v118;
        a2[p] = v322;
        a3[p] = v323;
        a4[p] = v442;
        a5[p] = v443;
        a6[p] = v444;
        a7[p] = v445;
        a8[p] = v446;
        a9[p] = v447;
        a10[p] = v448;
        a11[p] = v449;
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
        const double v13 = -a5_0;
        const double v14 = fma(a4_0, a6_0, v7);
        const double v15 = fma(a7_0, v13, v14);
        const double v16 = fma(a5_0, a6_0, v8);
        const double v17 = fma(a4_0, a7_0, v16);
        a8[p] = v15;
        a9[p] = v17;
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
        const double v20 = -v17;
        const double v21 = fma(v15, a8_0, v7);
        const double v22 = fma(a9_0, v20, v21);
        const double v23 = fma(v17, a8_0, v8);
        const double v24 = fma(v15, a9_0, v23);
        a10[p] = v22;
        a11[p] = v24;
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
        const double v13 = -a5_0;
        const double v14 = fma(a4_0, a6_0, v7);
        const double v15 = fma(a7_0, v13, v14);
        const double v16 = fma(a5_0, a6_0, v8);
        const double v17 = fma(a4_0, a7_0, v16);
        const double v22 = a8_0 + a10_0;
        const double v23 = a9_0 + a11_0;
        const double v26 = -v23;
        const double v27 = fma(v22, a12_0, v15);
        const double v28 = fma(a13_0, v26, v27);
        const double v29 = fma(v23, a12_0, v17);
        const double v30 = fma(v22, a13_0, v29);
        const double v35 = -a15_0;
        const double v36 = fma(a14_0, a16_0, v28);
        const double v37 = fma(a17_0, v35, v36);
        const double v38 = fma(a15_0, a16_0, v30);
        const double v39 = fma(a14_0, a17_0, v38);
        a0[q] = pair{v37, v39};
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
