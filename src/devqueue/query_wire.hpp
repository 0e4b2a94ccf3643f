#pragma once

// The Query protocol of 2012-11-05: form-encoded requests, XML replies. Old SDKs and Debian's boto3
// speak it.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devqueue/answer.hpp"

namespace moretta::devqueue {

using Form = std::vector<std::pair<std::string, std::string>>;

// Names and values decoded; a wrong percent escape or too many members fail.
Result<Form, ApiError> parse_form(std::string_view text);

// The value of the first member of that name; empty if there is none.
std::string_view form_value(const Form& form, std::string_view name);

Result<Call, ApiError> read_query(Operation operation, const Form& form);

// For a reply: the operation's element around what `answer` says.
void write_xml(const Answer& answer, Operation operation, std::string_view request_id,
               std::string& out);
void write_xml_error(const ApiError& error, std::string_view request_id, std::string& out);

// ReceiveMessage, in pieces, because LocalStack gathers messages one by one.
void write_xml_message(const Delivery& delivery, const Queue& queue, const MessageView& view,
                       std::string& out);
void write_xml_received(std::string_view messages, std::string_view request_id, std::string& out);

}  // namespace moretta::devqueue
