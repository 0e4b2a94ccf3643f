#pragma once

// Recipes of the methods whose tokens keep a form: digits, addresses, networks, stars, ranges.

#include <optional>
#include <string>

#include "app/explain/recipe.hpp"

namespace moretta::app {

// Continues `begun`. Nullopt if the method is none of these.
std::optional<Recipe> form_recipe_for(const mask::Policy& policy, const std::string& value,
                                      const mask::MasterKey& key, Recipe begun);

}  // namespace moretta::app
