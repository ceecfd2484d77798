#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/lint/rule.h"

// Steps that change rows, in this migration and in those before it.
namespace mlint::rules {

// As a word of its own or before a lookup (`phone__isnull`), not as a part of a longer name.
bool names_word(std::string_view text, std::string_view word);
// Of a foreign key's column; any other column is called as its field.
std::string field_of(const std::string& column);

enum class Cleaned : std::uint8_t { no, unread, yes };  // unread: a step that nobody can read may have
// Whether a step before this statement writes one of the columns: an UPDATE of it, a DELETE that tells rows by it, or
// Python that names it. Of a DELETE that does not name it nobody can say what it leaves.
Cleaned cleaned_before(const StatementView& view, const QualifiedName& table, const std::vector<std::string>& columns);

// A migration that was there before this branch copies the column by SQL, or has a Python step that gets the table's
// model, reads the column and does not set it, and stores rows: what it held is elsewhere by now.
bool copied_earlier(const StatementView& view, const QualifiedName& table, const std::string& column);

}  // namespace mlint::rules
