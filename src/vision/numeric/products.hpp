// Inner products and distances of rows of floats: where training and scoring spend their time.
#pragma once

#include <span>

#include "vision/numeric/matrix.hpp"

namespace sightglass::vision {

// All are thread-safe, single-threaded and exact up to float rounding, which differs between instruction sets. Lengths
// must fit; nothing checks them.
float dot(std::span<const float> a, std::span<const float> b);
float squared_distance(std::span<const float> a, std::span<const float> b);
void add_scaled(float factor, std::span<const float> x, std::span<float> y);  // y += factor · x

// out[i] = squared_distance(rows.row(i), point).
void squared_distances(const Matrix& rows, std::span<const float> point, std::span<float> out);

// a·bᵀ: out(i, j) = dot(a.row(i), b.row(j)); out has a.rows() × b.rows().
void multiply_transposed(const Matrix& a, const Matrix& b, Matrix& out);

}  // namespace sightglass::vision
