// The visitor's language: texts by key, times and waits.

export class Locale {
  constructor(lang, texts) {
    this.lang = lang;
    this.texts = texts;
    this.clock = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "medium" });
    this.relative = new Intl.RelativeTimeFormat(lang, { numeric: "always" });
  }

  // text returns the sentence for a key with each {name} replaced by its value.
  text(key, values = {}) {
    return this.texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  // wait says a number of seconds in words, rounded up: seconds to two minutes, minutes to two hours, then hours.
  wait(seconds) {
    if (seconds <= 120) {
      return this.text(seconds === 1 ? "wait.second" : "wait.seconds", { n: seconds });
    }
    if (seconds <= 7200) {
      return this.text("wait.minutes", { n: Math.ceil(seconds / 60) });
    }
    return this.text("wait.hours", { n: Math.ceil(seconds / 3600) });
  }

  // again says when to try again; without a number, later.
  again(seconds) {
    return seconds > 0 ? this.text("wait.again", { wait: this.wait(Math.ceil(seconds)) }) : this.text("wait.later");
  }

  // time says a moment, given in seconds since 1970, on the visitor's clock.
  time(seconds) {
    return this.clock.format(new Date(seconds * 1000));
  }

  // fromNow says how far a moment is from now in minutes, and nothing for the present one.
  fromNow(seconds) {
    const minutes = Math.round((seconds * 1000 - Date.now()) / 60000);
    return minutes === 0 ? "" : this.relative.format(minutes, "minute");
  }
}

// loadLocale fetches the texts of a language, trying again twice when the network fails.
export async function loadLocale(lang) {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(`/assets/locales/${lang}.json`);
      if (!response.ok) {
        throw new Error(`load texts: ${response.status}`);
      }
      return new Locale(lang, await response.json());
    } catch (error) {
      if (attempt === 3) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, attempt * 1000));
    }
  }
}
