#pragma once

// Rows and columns of text, aligned, for people.

#include <string>
#include <vector>

namespace moretta::app {

// The first row is the heading. Cells longer than `cell_columns_max` are shortened in the middle.
// Every line is indented by `indent` and ends in a newline.
std::string text_table(const std::vector<std::vector<std::string>>& rows, int indent,
                       int cell_columns_max);

}  // namespace moretta::app
