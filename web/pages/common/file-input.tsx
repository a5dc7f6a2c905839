import { useState } from "preact/hooks";
import { t } from "../../i18n/i18n.ts";

/** A file to choose, in the page's words: browsers label their own in the language of the machine. */
export function FileInput(props: {
  readonly label: string;
  readonly name?: string;
  readonly accept?: string;
  readonly required?: boolean;
  readonly onFiles?: (files: FileList | null) => void;
}) {
  const [name, setName] = useState<string | null>(null);
  return (
    <label>
      {props.label}
      <span class="file-input">
        <input
          type="file"
          {...(props.name === undefined ? {} : { name: props.name })}
          {...(props.accept === undefined ? {} : { accept: props.accept })}
          required={props.required === true}
          onChange={(event) => {
            const { files } = event.currentTarget;
            setName(files?.[0]?.name ?? null);
            props.onFiles?.(files);
          }}
        />
        <span class="button" aria-hidden="true">
          {t("shared.file.choose")}
        </span>
        <span class="file-name">{name ?? t("shared.file.none")}</span>
      </span>
    </label>
  );
}
