#include "vm/lab/negotiate.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <array>

#include "harness/core/text.h"

namespace smx::vm {
namespace {

constexpr std::size_t kMostIndicators = 16;

/// GSS-API's handles, each with its own way to be released.
struct Buffer : gss_buffer_desc {
  Buffer() : gss_buffer_desc{0, nullptr} {}
  ~Buffer() {
    OM_uint32 minor = 0;
    gss_release_buffer(&minor, this);
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ByteView bytes() const { return {static_cast<const std::uint8_t*>(value), length}; }
};
struct Credential {
  gss_cred_id_t handle = GSS_C_NO_CREDENTIAL;
  ~Credential() {
    OM_uint32 minor = 0;
    gss_release_cred(&minor, &handle);
  }
};
struct Context {
  gss_ctx_id_t handle = GSS_C_NO_CONTEXT;
  ~Context() {
    OM_uint32 minor = 0;
    gss_delete_sec_context(&minor, &handle, GSS_C_NO_BUFFER);
  }
};
struct Name {
  gss_name_t handle = GSS_C_NO_NAME;
  ~Name() {
    OM_uint32 minor = 0;
    gss_release_name(&minor, &handle);
  }
};

std::string text(const Buffer& buffer) {
  return sanitize_guest_text(as_text(buffer.bytes()), 256);
}

std::string words(OM_uint32 code, int type) {
  OM_uint32 minor = 0, more = 0;
  Buffer message;
  gss_display_status(&minor, code, type, GSS_C_NO_OID, &more, &message);
  return text(message);
}

std::string reason(OM_uint32 major, OM_uint32 minor) {
  return minor != 0 ? words(minor, GSS_C_MECH_CODE) : words(major, GSS_C_GSS_CODE);
}

std::vector<std::string> indicators_of(gss_name_t name) {
  std::string word = "auth-indicators";
  gss_buffer_desc attribute{word.size(), word.data()};
  std::vector<std::string> found;
  for (int more = -1; more != 0 && found.size() < kMostIndicators;) {
    OM_uint32 minor = 0;
    int authenticated = 0, complete = 0;
    Buffer value, shown;
    // Not there: a ticket that was not obtained with a certificate.
    if (gss_get_name_attribute(&minor, name, &attribute, &authenticated, &complete, &value, &shown, &more) !=
        GSS_S_COMPLETE)
      break;
    if (authenticated != 0) found.push_back(text(value));
  }
  return found;
}

}  // namespace

NegotiateResult NegotiateAcceptor::accept(ByteView token) const {
  const auto keytab = "FILE:" + keytab_.string(), replays = "file2:" + replays_.string();
  std::array<gss_key_value_element_desc, 2> elements{
      {{"keytab", keytab.c_str()}, {"rcache", replays.c_str()}}};
  const gss_key_value_set_desc store{elements.size(), elements.data()};
  NegotiateResult result;
  OM_uint32 minor = 0;
  Credential credential;
  auto major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_ACCEPT,
                                     &store, &credential.handle, nullptr, nullptr);
  if (GSS_ERROR(major)) {
    result.trouble = "the service has no key: " + reason(major, minor);
    return result;
  }
  Context context;
  Name client;
  Buffer reply;
  // GSS-API's input buffers are not const, and only read.
  gss_buffer_desc input{token.size(), const_cast<std::uint8_t*>(token.data())};
  major =
      gss_accept_sec_context(&minor, &context.handle, credential.handle, &input, GSS_C_NO_CHANNEL_BINDINGS,
                             &client.handle, nullptr, &reply, nullptr, nullptr, nullptr);
  result.reply.assign(reply.bytes().begin(), reply.bytes().end());
  if (major != GSS_S_COMPLETE) {
    result.trouble =
        GSS_ERROR(major) ? reason(major, minor) : "the client did not finish with its first token";
    return result;
  }
  Buffer name;
  major = gss_display_name(&minor, client.handle, &name, nullptr);
  if (GSS_ERROR(major)) {
    result.trouble = "the client has no name: " + reason(major, minor);
    return result;
  }
  result.user = text(name);
  result.indicators = indicators_of(client.handle);
  return result;
}

}  // namespace smx::vm
