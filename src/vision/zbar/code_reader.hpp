// Reads codes by ZBar.
#pragma once

#include <memory>

#include "vision/codes/symbol_reader.hpp"

namespace sightglass::vision::zbar {

// Bars but for DataBar, and QR codes. ZBar can more, but its readers of DataBar, PDF417 and composite codes give wrong
// texts.
std::unique_ptr<SymbolReader> make_code_reader();

}  // namespace sightglass::vision::zbar
