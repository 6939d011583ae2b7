#pragma once

#include <optional>
#include <string>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/core/pin.h"
#include "scenarios/agent/windows/smartcard/minidriver_api.h"

namespace smx::agent {

/// What a card and its minidriver say to an operation: Windows' error, or 0.
struct MinidriverEnd {
  DWORD error = 0;
  std::optional<int> tries_left;  ///< where the minidriver tells
};

/// A card's minidriver, loaded from the DLL that Windows' table of cards names, with a connection of its own
/// to the card, shared and in a transaction. Both end with this object, and the card is reset, so that no PIN
/// stays verified. Not for two threads.
class Minidriver {
 public:
  /// Whether Windows' table of cards names a minidriver for this ATR.
  static bool is_there_for(const Bytes& atr);

  /// Throws StepFailure: failed, `no-card-driver` or `driver-refused`, and as connecting to a card does.
  Minidriver(const std::string& reader, const Bytes& atr);
  ~Minidriver();
  Minidriver(const Minidriver&) = delete;
  Minidriver& operator=(const Minidriver&) = delete;

  const std::string& library() const { return library_; }
  bool is_read_only();
  /// CP_CARD_PIN_STRENGTH_VERIFY of the user's PIN; 0 where the minidriver does not tell.
  DWORD pin_strength();

  MinidriverEnd authenticate(const Pin& pin);
  MinidriverEnd change(const Pin& from, const Pin& to);
  /// With the response to a challenge that `answer` gives.
  template <typename Answer>
  MinidriverEnd unblock_by_response(const Pin& to, Answer answer) {
    Bytes challenge;
    const auto asked = get_challenge(challenge);
    return asked.error != 0 ? asked : unblock(answer(challenge), minidriver::kByChallengeResponse, to);
  }
  MinidriverEnd unblock_by_puk(const Pin& puk, const Pin& to);

  /// CardAuthenticateEx with CARD_AUTHENTICATE_GENERATE_SESSION_PIN.
  MinidriverEnd make_session_pin(const Pin& pin, Bytes& session_pin);
  MinidriverEnd authenticate_by_session_pin(const Bytes& session_pin);
  MinidriverEnd deauthenticate();
  /// Leaves the card as it is when this object ends: another process has a session with it.
  void leave_powered() { disposition_ = SCARD_LEAVE_CARD; }

 private:
  void connect(const std::string& reader);
  void acquire();
  void release();
  MinidriverEnd get_challenge(Bytes& challenge);
  MinidriverEnd unblock(Bytes authentication, DWORD how, const Pin& to);

  std::string library_;
  std::wstring card_name_;
  Bytes atr_;
  HMODULE module_ = nullptr;
  SCARDCONTEXT context_ = 0;
  SCARDHANDLE card_ = 0;
  minidriver::CardData data_{};
  bool acquired_ = false;
  DWORD disposition_ = SCARD_RESET_CARD;
};

}  // namespace smx::agent
