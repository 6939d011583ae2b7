#include "vm/card/transport/vsc_server.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/unique_fd.h"
#include "vm/card/transport/card_worker.h"
#include "vm/card/transport/vsc_session.h"

namespace smx::vm {
namespace {

/// A peer that lets this much pile up has stopped reading; it gets no more.
constexpr std::size_t kMostUnsent = 1u << 20;
/// How long `set_inserted` waits for the socket of a guest that does not read.
constexpr std::chrono::seconds kHandOverLimit{2};

UniqueFd listen_on(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.size() >= sizeof address.sun_path) {
    throw Error(
        ErrorKind::environment,
        fmt::format("the card's socket {} has a path of {} bytes, and {} is the longest a socket can have; "
                    "set SMX_RUNTIME_DIR to a short folder",
                    text, text.size(), sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(text.c_str());
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), 4) != 0) {
    throw Error(ErrorKind::environment,
                fmt::format("the card's socket {} cannot be made: {}; is its folder there "
                            "and writable?",
                            text, std::strerror(errno)));
  }
  return fd;
}

}  // namespace

class VscServer::Loop {
 public:
  Loop(CardDevice& card, std::filesystem::path path, bool inserted)
      : place_(card),
        path_(std::move(path)),
        listener_(listen_on(path_)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        wanted_(inserted),
        applied_(inserted) {
    if (!wake_)
      throw Error(ErrorKind::environment, "no event descriptor for the card server: too many open files?");
    worker_.emplace(card, [this] { wake(); });
    thread_ = std::thread([this] { run(); });
  }
  ~Loop() {
    stop_ = true;
    wake();
    thread_.join();
    worker_.reset();
    ::unlink(path_.c_str());
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  const std::filesystem::path& path() const { return path_; }

  void set_inserted(bool inserted) {
    std::unique_lock lock(mutex_);
    wanted_ = inserted;
    wake();
    changed_.wait_for(lock, kHandOverLimit, [&] { return applied_ == inserted; });
  }
  void eject() noexcept {
    const std::lock_guard lock(mutex_);
    wanted_ = false;
    wake();
  }
  void set_reader_present(bool present) {
    const std::lock_guard lock(mutex_);
    reader_wanted_ = present;
    wake();
  }
  bool inserted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
  }
  bool connected() const {
    const std::lock_guard lock(mutex_);
    return attached_;
  }
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }
  bool wait_until_ready(std::chrono::milliseconds limit) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return attached_ && (!applied_ || card_accepted_); });
  }

 private:
  void wake() const noexcept {
    const std::uint64_t one = 1;
    // Cannot fail short of 2^64 wake-ups that were not read.
    [[maybe_unused]] const auto n = ::write(wake_.get(), &one, sizeof one);
  }

  void run() {
    while (!stop_) {
      pollfd fds[] = {{wake_.get(), POLLIN, 0},
                      {listener_.get(), POLLIN, 0},
                      {peer_.get(), static_cast<short>(POLLIN | (unsent_.empty() ? 0 : POLLOUT)), 0}};
      if (::poll(fds, 3, -1) < 0 && errno != EINTR) return end_peer("poll failed");
      std::uint64_t count = 0;
      [[maybe_unused]] const auto n = ::read(wake_.get(), &count, sizeof count);
      if (peer_ && fds[2].revents != 0) read_peer();  // first: the old peer's end makes room for the new one
      if (fds[1].revents != 0) accept_peer();
      const auto [inserted, reader] = wanted();
      take_answers();
      apply(inserted, reader);
      give_tasks();
      write_peer();
      publish(inserted);
    }
  }

  std::pair<bool, bool> wanted() const {
    const std::lock_guard lock(mutex_);
    return {wanted_, reader_wanted_};
  }

  void apply(bool inserted, bool reader) {
    if (!session_) return;
    session_->set_reader_present(reader);
    session_->set_inserted(inserted);
  }

  void give_tasks() {
    if (!session_) return;
    while (auto task = session_->next_task()) worker_->add(session_number_, std::move(*task));
  }

  void take_answers() {
    for (const auto& done : worker_->take_done())
      if (session_ && done.session == session_number_) session_->done(done.task, done.answer);
  }

  void accept_peer() {
    UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd || peer_) return;  // turned away: closed at once
    peer_ = std::move(fd);
    ++session_number_;
    const auto [inserted, reader] = wanted();
    session_.emplace(inserted);
    session_->set_reader_present(reader);
    const std::lock_guard lock(mutex_);
    trouble_.clear();
  }

  void read_peer() {
    std::uint8_t buffer[4096];
    const auto n = ::recv(peer_.get(), buffer, sizeof buffer, 0);
    if (n > 0) {
      session_->receive({buffer, static_cast<std::size_t>(n)});
      if (!session_->trouble().empty()) end_peer(session_->trouble());
    } else if (n == 0) {
      end_peer("the machine closed the connection");
    } else if (errno != EAGAIN && errno != EINTR) {
      end_peer(std::strerror(errno));
    }
  }

  void write_peer() {
    if (!peer_) return;
    append(unsent_, session_->take_output());
    if (unsent_.empty()) return;
    const auto n = ::send(peer_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (n > 0) {
      unsent_.erase(unsent_.begin(), unsent_.begin() + n);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
      return end_peer(std::strerror(errno));
    }
    if (unsent_.size() > kMostUnsent) end_peer("the machine does not read what the card answers");
  }

  /// `why` by value: it may be the session's own words, and the session ends here.
  void end_peer(std::string why) {
    if (peer_) worker_->add(session_number_, {CardTask::Kind::power_off, 0, 0, {}});
    peer_.close();
    session_.reset();
    unsent_.clear();
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(why);
  }

  /// Shows the other threads where this one has got to.
  void publish(bool inserted) {
    const std::lock_guard lock(mutex_);
    attached_ = session_ && session_->attached();
    card_accepted_ = session_ && session_->card_accepted();
    if (unsent_.empty() && (!session_ || session_->settled())) applied_ = inserted;
    changed_.notify_all();
  }

  const InReader place_;
  const std::filesystem::path path_;
  UniqueFd listener_, wake_;

  // The socket thread's own.
  UniqueFd peer_;
  std::optional<VscSession> session_;
  unsigned session_number_ = 0;
  Bytes unsent_;

  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool wanted_;   ///< the card is to be in the reader
  bool applied_;  ///< it is, as far as the socket goes
  bool reader_wanted_ = true;
  bool attached_ = false;
  bool card_accepted_ = false;
  std::string trouble_;
  std::optional<CardWorker> worker_;
  std::thread thread_;
};

VscServer::VscServer(CardDevice& card, std::filesystem::path socket, bool inserted)
    : loop_(std::make_unique<Loop>(card, std::move(socket), inserted)) {}
VscServer::~VscServer() = default;

const std::filesystem::path& VscServer::socket() const {
  return loop_->path();
}
bool VscServer::connected() const {
  return loop_->connected();
}
std::string VscServer::trouble() const {
  return loop_->trouble();
}
void VscServer::set_inserted(bool inserted) {
  loop_->set_inserted(inserted);
}
void VscServer::set_reader_present(bool present) {
  loop_->set_reader_present(present);
}
void VscServer::eject() noexcept {
  loop_->eject();
}
bool VscServer::inserted() const {
  return loop_->inserted();
}
bool VscServer::wait_until_ready(std::chrono::milliseconds limit) const {
  return loop_->wait_until_ready(limit);
}

}  // namespace smx::vm
